package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.ManualTimer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The thread of a blocking load that has hooks is interrupted only after they have run: an
 * interrupt closes the socket that a virtual thread reads from, and a driver that finds it closed
 * sends no cancel of its query.
 */
class LateInterruptTest {
  private static final Duration AFTER_HOOKS = Duration.ofMillis(LateInterrupt.MILLIS_AFTER_HOOKS);
  private static final Duration MOST = Duration.ofMillis(LateInterrupt.MOST_MILLIS);
  private static final Duration NANO = Duration.ofNanos(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ManualTimer timer = new ManualTimer();
  private final ManualExecutor hooks = new ManualExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.timer(timer).continuationExecutor(hooks).executor(threads));

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Returns a loader that works until it is interrupted, or until a hook stops it. */
  private Loader<String, String> loader(Runnable... hooks) {
    return key -> {
      try {
        for (Runnable hook : hooks) {
          FetchContext.current().onAbandon(hook);
        }
        started.countDown();
        stopped.await();
        return "v";
      } catch (InterruptedException e) {
        interrupted.set(true);
        throw e;
      } finally {
        ended.countDown();
      }
    };
  }

  private static void await(CountDownLatch latch) {
    Eventually.until("it comes", () -> latch.getCount() == 0);
  }

  private void leave(Loader<String, String> loader) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader);
    await(started);
    handle.cancel(true);
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aLoadThatItsHookStopsIsNotInterrupted() {
    leave(loader(stopped::countDown));
    timer.advance(MOST.minus(NANO));
    assertThat(timer.waiting()).as("the interrupt is still to come").isEqualTo(1);
    assertThat(hooks.runAll()).isEqualTo(1);
    await(ended);
    timer.advance(MOST);
    assertThat(interrupted).isFalse();
  }

  @Test
  void aLoadIsInterruptedSoonAfterTheLastHookHasRun() {
    Runnable fails =
        () -> {
          throw new IllegalStateException("the hook fails");
        };
    leave(loader(() -> {}, fails));
    hooks.runNext();
    assertThat(timer.waiting()).as("one hook has not run: there is the bound only").isEqualTo(1);
    hooks.runNext();
    timer.advance(AFTER_HOOKS.minus(NANO));
    assertThat(timer.waiting()).as("the bound, and the interrupt").isEqualTo(2);
    timer.advance(NANO);
    assertThat(timer.waiting()).isEqualTo(1);
    await(ended);
    assertThat(interrupted).isTrue();
  }

  @Test
  void aHookThatHangsDelaysTheInterruptByASecondAtMost() {
    leave(loader(() -> {}));
    timer.advance(MOST);
    await(ended);
    assertThat(interrupted).isTrue();
  }

  @Test
  void aLoadWithoutAHookIsInterruptedAtOnce() {
    leave(loader());
    await(ended);
    assertThat(interrupted).isTrue();
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void aLoadThatHasNotBegunNeverDoesThoughAHookIsStillToRun() {
    ManualExecutor queue = new ManualExecutor();
    AsyncLoader<String, String> loader =
        (key, context) -> {
          context.onAbandon(() -> {});
          return AsyncLoader.<String, String>blocking(loader(), queue).load(key, context);
        };
    FetchHandle<String> handle = cache.getOrFetch("k", loader);
    assertThat(queue.size()).isEqualTo(1);
    handle.cancel(true);
    queue.runAll();
    assertThat(started.getCount()).as("the load has not begun").isEqualTo(1);
    hooks.runAll();
    timer.advance(MOST);
  }
}
