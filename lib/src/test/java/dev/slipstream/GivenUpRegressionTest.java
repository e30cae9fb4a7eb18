package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.slipstream.internal.Timer;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualTimer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The end of a fetch that cannot be delivered whatever is tried, as when a class cannot be loaded
 * any more: it was tried every 20 ms without end, also in a closed cache, whose thread and class
 * loader were kept by that.
 */
class GivenUpRegressionTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final LogCapture log = new LogCapture();

  private final BrokenTimer timer = new BrokenTimer();
  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final CoalescingCache<String, String> cache =
      CoalescingCache.builder().timer(timer).fetchTimeout(Duration.ofHours(1)).build();
  private final FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> answer);

  @Test
  void inAnOpenCacheItIsTriedLessAndLessOften() {
    timer.fault = new NoClassDefFoundError("as a test needs it");
    answer.complete("v");

    assertThat(handle).isCompletedWithValue("v");
    timer.time.advance(MINUTE);
    assertThat(timer.tries).isBetween(10, 60);
    assertThat(timer.time.waiting()).isEqualTo(1);

    timer.fault = null;
    timer.time.advance(MINUTE);
    assertThat(timer.time.waiting()).isZero();
    cache.close();
  }

  @Test
  void inAClosedCacheItIsGivenUp() {
    timer.fault = new NoClassDefFoundError("as a test needs it");
    cache.close();

    assertThat(handle).isCompletedExceptionally();
    timer.time.advance(Duration.ofSeconds(5));
    assertThat(timer.time.waiting()).isPositive();
    assertThat(texts()).isNotEmpty().noneMatch(text -> text.contains("given up"));
    timer.time.advance(MINUTE);
    assertThat(timer.time.waiting()).isZero();
    assertThat(texts()).filteredOn(text -> text.contains("given up")).hasSize(1);
  }

  private List<String> texts() {
    return log.warnings().stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** The end of its flight fails before its slot is free. */
  @Test
  void inAClosedCacheAFlightThatKeepsItsSlotIsGivenUp() {
    handle.cancel(true);
    cache.getAllOrFetch(List.of("a"), (keys, context) -> new CompletableFuture<>());
    timer.fault = new NoClassDefFoundError("as a test needs it");
    cache.close();

    assertThat(timer.time.waiting()).isPositive();
    timer.time.advance(MINUTE);
    assertThat(timer.time.waiting()).isZero();
  }

  @Test
  void inAClosedCacheItIsStillTriedForWantOfMemory() {
    timer.fault = new OutOfMemoryError("as a test needs it");
    cache.close();

    timer.time.advance(MINUTE);
    assertThat(timer.time.waiting()).isPositive();
    timer.fault = null;
    timer.time.advance(MINUTE);
    assertThat(timer.time.waiting()).isZero();
  }

  /** Fails to cancel, which is the last step of a fetch's end. */
  private static final class BrokenTimer implements Timer {
    private final ManualTimer time = new ManualTimer();
    private Error fault;
    private int tries;

    @Override
    public Handle schedule(Runnable task, long delay, TimeUnit unit) {
      Handle handle = time.schedule(() -> run(task), delay, unit);
      return () -> {
        tries++;
        handle.cancel();
        if (fault != null) {
          throw fault;
        }
      };
    }

    /** A task that throws harms no other, as with the library's timer. */
    private void run(Runnable task) {
      try {
        task.run();
      } catch (Error e) {
        assertThat(e).isSameAs(fault);
      }
    }
  }
}
