package dev.slipstream;

import dev.slipstream.internal.Resumable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the time for which callers wait for a flight while an expired value of its key is kept
 * for them. They get that value, and the flight goes on without them; no leave abandons it. Callers
 * that come later do not wait at all.
 *
 * <p>Those that are taken off the flight are kept here until they have their value, so that a task
 * that was cut short can go on.
 */
final class SoftTimeout<K, V> implements Resumable {
  private final Flight<K, V> flight;

  /** How long after this the flight times out; zero if another timer sees to that, or none. */
  private final long restNanos;

  // Of the timer's threads, one at a time.
  private @Nullable CachedValue<V> retained;
  private @Nullable List<AwaiterHandle<V>> taken;

  SoftTimeout(Flight<K, V> flight, long restNanos) {
    this.flight = flight;
    this.restNanos = restNanos;
  }

  /**
   * Starts the timers of a flight that is about to be loaded.
   *
   * @param timeoutNanos when it times out; zero for never, or if another timer sees to that
   */
  static <K, V> void startTimers(Flight<K, V> flight, long timeoutNanos) {
    CacheCore<K, V> core = flight.core;
    long softNanos = core.config.freshness().softNanos();
    if (softNanos > 0 && (flight.base() != null || core.l1().retained(flight.slot.key) != null)) {
      long restNanos = timeoutNanos == 0 ? 0 : timeoutNanos - softNanos;
      flight.startTimer(new SoftTimeout<>(flight, restNanos), softNanos);
    } else if (timeoutNanos > 0) {
      flight.startTimer(timeoutNanos);
    }
  }

  @Override
  public void run() {
    if (taken == null) {
      boolean first = flight.setOverdue();
      Retained<V> kept = flight.isFenced() ? null : flight.core.l1().retained(flight.slot.key);
      if (kept != null) {
        retained = kept.entry();
        taken = flight.takeOff(AwaiterHandle::takesRetained);
        if (first) {
          flight.reportSoftTimeout();
        }
      }
    }
    if (taken != null && retained != null) {
      deliver(taken, retained);
    }
    if (restNanos > 0 && !flight.hasEnded()) {
      flight.startTimer(restNanos);
    }
  }

  private void deliver(List<AwaiterHandle<V>> waiting, CachedValue<V> value) {
    while (!waiting.isEmpty()) {
      AwaiterHandle<V> handle = waiting.get(waiting.size() - 1);
      if (handle.hasSlowDependents()) {
        flight.core.config.callbacks().execute((Resumable) () -> handle.deliverRetained(value));
      } else {
        handle.deliverRetained(value);
      }
      waiting.remove(waiting.size() - 1);
    }
  }
}
