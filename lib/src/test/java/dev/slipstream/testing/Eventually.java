package dev.slipstream.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.pollinterval.IterativePollInterval.iterative;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** Waits that end as soon as possible, and fail after {@link #SECONDS} instead of hanging. */
public final class Eventually {
  /** How long a wait may take: far longer than it takes in a correct program. */
  public static final int SECONDS = 30;

  private static final Duration LONGEST_INTERVAL = Duration.ofMillis(200);

  private Eventually() {}

  private static ConditionFactory await() {
    return Awaitility.await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(SECONDS));
  }

  /** Waits until the condition holds. */
  public static void until(String what, Callable<Boolean> condition) {
    await().alias(what).until(condition);
  }

  /** Waits until the assertions pass. */
  public static void passes(ThrowingRunnable assertions) {
    await().untilAsserted(assertions);
  }

  /** Runs the garbage collector until the condition holds, less and less often. */
  public static void collects(String what, Callable<Boolean> condition) {
    await()
        .alias(what)
        .pollInterval(iterative(Eventually::longer, Duration.ofMillis(1)))
        .until(
            () -> {
              System.gc();
              return condition.call();
            });
  }

  private static Duration longer(Duration interval) {
    Duration twice = interval.multipliedBy(2);
    return twice.compareTo(LONGEST_INTERVAL) < 0 ? twice : LONGEST_INTERVAL;
  }

  /** Runs the garbage collector until it has collected an object. */
  public static void collection() {
    WeakReference<Object> unreachable = new WeakReference<>(new Object());
    collects("an unreachable object is collected", () -> unreachable.get() == null);
  }

  /** Waits for the latch. */
  public static void opens(CountDownLatch latch) {
    try {
      assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).as("the latch opened").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a latch", e);
    }
  }

  /** Waits for the other parties at the barrier. */
  public static void meets(CyclicBarrier barrier) {
    try {
      barrier.await(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("the other parties did not reach the barrier", e);
    }
  }

  /** Waits for the value of a future, which must succeed. */
  public static <T> @Nullable T value(Future<T> future) {
    try {
      return future.get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("no value, but " + e, e);
    }
  }

  /** Waits for the failure of a future, and returns it as a dependent stage receives it. */
  public static Throwable failure(CompletableFuture<?> future) {
    try {
      Object value = future.get(SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("no failure, but the value " + value);
    } catch (ExecutionException | CancellationException e) {
      return future.handle((value, failure) -> failure).join();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("neither value nor failure, but " + e, e);
    }
  }
}
