package dev.slipstream;

import dev.slipstream.latch.Outcome;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A key's place in the registry. It refers to the flight weakly, so that a flight which nobody can
 * complete and nobody awaits is collected; it carries the continuations itself, so that they
 * outlive such a flight and are told (G16).
 *
 * <p>Its monitor is the flight's guard of its awaiters: see {@link Flight}.
 */
final class Slot<K, V> extends WeakReference<Load> {
  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<Slot, FlightContinuations> CONTINUATIONS =
      AtomicReferenceFieldUpdater.newUpdater(
          Slot.class, FlightContinuations.class, "continuations");

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<Slot> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(Slot.class, "ended");

  final K key;

  /** Set once by whoever registers first; then read by the flight's end. */
  private volatile @Nullable FlightContinuations<V> continuations;

  /** 1 when the flight has ended: what is collected afterwards was not lost. Set once, by any. */
  @SuppressWarnings("UnusedVariable") // read by its updater
  private volatile int ended;

  Slot(K key, Load flight, ReferenceQueue<? super Load> queue) {
    super(flight, queue);
    this.key = key;
  }

  /** Makes a slot without a flight, which anybody may replace. */
  Slot(K key) {
    super(null);
    this.key = key;
    this.ended = 1;
  }

  /** Returns the continuations, made if need be. */
  FlightContinuations<V> continuations(CacheConfig<K, V> config) {
    FlightContinuations<V> present = continuations;
    if (present == null) {
      FlightContinuations<V> fresh = new FlightContinuations<>(config, key);
      present = CONTINUATIONS.compareAndSet(this, null, fresh) ? fresh : continuations;
    }
    return Objects.requireNonNull(present);
  }

  @Nullable FlightContinuations<V> continuationsIfAny() {
    return continuations;
  }

  int continuationCount() {
    FlightContinuations<V> present = continuations;
    return present == null ? 0 : present.waitingCount();
  }

  /** Marks the flight as ended by itself: nobody can find it collected meanwhile. */
  void end() {
    ENDED.lazySet(this, 1);
  }

  /** Marks the slot of a collected flight as dealt with; true for the first call. */
  boolean endCollected() {
    return ENDED.compareAndSet(this, 0, 1);
  }

  /** Tells the continuations, if there are any; the first outcome stands. */
  boolean complete(Outcome<V> outcome) {
    FlightContinuations<V> present = continuations;
    return present != null && present.complete(outcome);
  }
}
