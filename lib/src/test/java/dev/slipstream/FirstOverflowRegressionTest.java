package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ChildJvm;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Where the first task of the default executor came from a stack that ended, the JDK's class of
 * virtual threads could not be initialized, and no loader ran in that process again. Only a new JVM
 * shows it.
 */
@Timeout(120)
class FirstOverflowRegressionTest {

  @Test
  void anOverflowBeforeAnyLoaderRanLeavesTheDefaultExecutorUsable() throws Exception {
    try (ChildJvm jvm = ChildJvm.start(Overflows.class, List.of("-Xmx256m"))) {
      assertThat(jvm.prints("300")).isEmpty();
    }
  }

  /**
   * Overflows stacks that grow, so that one of them ends where nested loads go on as a task; then
   * runs a chain of loads that is long, but ends.
   */
  static final class Overflows {
    private static final int SMALLEST_STACK = 192 * 1024;
    private static final int LARGEST_STACK = 320 * 1024;
    private static final int STEP = 8 * 1024;

    private final CoalescingCache<Integer, Integer> cache = CoalescingCache.builder().build();

    public static void main(String[] arguments) throws Exception {
      for (int bytes = SMALLEST_STACK; bytes <= LARGEST_STACK; bytes += STEP) {
        Thread deep = new Thread(null, Overflows::overflow, "deep", bytes);
        deep.start();
        deep.join();
      }
      System.out.println(new Overflows().chain(300).get(60, TimeUnit.SECONDS));
    }

    private static void overflow() {
      Overflows overflows = new Overflows();
      try {
        Integer unexpected = overflows.endless(0).get(20, TimeUnit.SECONDS);
        System.out.println("an endless chain ended with " + unexpected);
      } catch (TimeoutException | InterruptedException e) {
        System.out.println("a caller of an endless chain is left waiting");
      } catch (StackOverflowError | ExecutionException expected) {
        // Of the loader, or of its caller.
      }
    }

    private CompletableFuture<Integer> endless(int key) {
      return cache.getOrFetch(key, (k, context) -> endless(k + 1)).thenApply(v -> v + 1);
    }

    private CompletableFuture<Integer> chain(int key) {
      return key == 0
          ? CompletableFuture.completedFuture(0)
          : cache.getOrFetch(key, (k, context) -> chain(k - 1)).thenApply(v -> v + 1);
    }
  }
}
