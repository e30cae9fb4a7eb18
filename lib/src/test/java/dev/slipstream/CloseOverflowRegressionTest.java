package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A close that came to the end of its stack left what it had no room for to nobody: handles that no
 * one completed, and flights in the table of a closed cache. Seen in a JVM of its own, whose frames
 * are those of code that has just begun to run.
 */
@Timeout(120)
class CloseOverflowRegressionTest {

  @Test
  void aCloseThatOverflowsTheStackAnywhereEndsAllFlightsInTheEnd() throws Exception {
    try (ChildJvm jvm = ChildJvm.start(Closes.class, List.of("-Xmx256m"))) {
      assertThat(jvm.prints("all have ended")).containsExactly("some closes threw");
    }
  }

  /** Closes caches in each of the deepest frames of a small stack. */
  static final class Closes {
    private static final int STACK_BYTES = 128 * 1024;
    private static final int DEPTHS = 100;
    private static final int DIVES = 5;
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final List<SlipstreamCache<Integer, String>> caches = new ArrayList<>();
    private final List<FetchHandle<String>> handles = new ArrayList<>();
    private int next;
    private int threw;

    public static void main(String[] arguments) throws InterruptedException {
      Closes closes = new Closes();
      closes.run();
      System.out.println(closes.threw > 0 ? "some closes threw" : "no close threw");
      await(closes.handles, FetchHandle::isDone);
      await(closes.caches, cache -> cache.core.registry.isEmpty());
      System.out.println("all have ended");
    }

    private void run() throws InterruptedException {
      for (int i = 0; i < DIVES; i++) {
        for (int depth = 0; depth < DEPTHS; depth++) {
          caches.add(cacheWithAFetch());
        }
        Thread diver = new Thread(null, this::dive, "diver", STACK_BYTES);
        diver.start();
        diver.join();
        for (; next < caches.size(); next++) {
          caches.get(next).close();
        }
      }
    }

    private SlipstreamCache<Integer, String> cacheWithAFetch() {
      CoalescingCache<Integer, String> built =
          CoalescingCache.builder()
              .fetchTimeout(Duration.ofHours(1))
              .executor(Runnable::run)
              .build();
      SlipstreamCache<Integer, String> cache = (SlipstreamCache<Integer, String>) built;
      handles.add(cache.getOrFetch(1, (key, context) -> new CompletableFuture<>()));
      return cache;
    }

    /** Closes a cache at each of the deepest frames; one that throws is closed again later. */
    private void dive() {
      try {
        dive();
      } catch (StackOverflowError deepest) {
        next = caches.size() - DEPTHS;
      }
      if (next < caches.size()) {
        SlipstreamCache<Integer, String> cache = caches.get(next);
        try {
          cache.close();
        } catch (StackOverflowError e) {
          threw++;
          return; // this cache once more, in a frame with more room
        }
        next++;
      }
    }

    private static <T> void await(List<T> all, Predicate<T> over) throws InterruptedException {
      for (long waited = 0; waited < LONGEST_WAIT_MILLIS; waited++) {
        if (all.stream().allMatch(over)) {
          return;
        }
        Thread.sleep(1);
      }
      System.out.println(all.stream().filter(over.negate()).count() + " are left");
      System.exit(1);
    }
  }
}
