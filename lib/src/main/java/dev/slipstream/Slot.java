package dev.slipstream;

import dev.slipstream.latch.Outcome;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A key's place in the registry, and the node of its hash table. It refers to the flight weakly, so
 * that a flight which nobody can complete and nobody awaits is collected; it carries the
 * continuations itself, so that they outlive such a flight and run (G16).
 *
 * <p>The key's hash is kept here: once a key is in flight, neither its {@code hashCode} nor its
 * {@code equals} is needed to remove it again.
 */
class Slot<K, V> extends WeakReference<Load> {
  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<Slot, FlightContinuations> CONTINUATIONS =
      AtomicReferenceFieldUpdater.newUpdater(
          Slot.class, FlightContinuations.class, "continuations");

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<Slot, Slot> NEXT =
      AtomicReferenceFieldUpdater.newUpdater(Slot.class, Slot.class, "next");

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<Slot> ENDED =
      AtomicIntegerFieldUpdater.newUpdater(Slot.class, "ended");

  final K key;
  final int hash;

  /** The next slot in the same bucket: {@link SlotTable}'s. */
  volatile @Nullable Slot<K, V> next;

  /** Set once, by the first thread that registers; then read by the flight's end. */
  private volatile @Nullable FlightContinuations<V> continuations;

  /** 1 when the flight has ended: what is collected afterwards was not lost. Set once, by any. */
  private volatile int ended;

  Slot(K key, Load flight, ReferenceQueue<? super Load> queue) {
    super(flight, queue);
    this.key = key;
    this.hash = hash(key);
  }

  /** Makes a slot without a flight, which any caller may replace. */
  Slot(K key) {
    super(null);
    this.key = key;
    this.hash = hash(key);
    this.ended = 1;
  }

  static int hash(Object key) {
    int hash = key.hashCode();
    return hash ^ (hash >>> 16);
  }

  /** Sets the next slot of one that is not in the table: its insertion publishes that. */
  void linkBefore(@Nullable Slot<K, V> following) {
    if (following != next) {
      NEXT.lazySet(this, following);
    }
  }

  /** Its key's: an identity's would have to be drawn first, for each of a million slots. */
  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns whether this is the key's slot; a key whose {@code equals} throws is no other's. */
  boolean isOf(Object key, int hash) {
    if (this.hash != hash) {
      return false;
    }
    try {
      return this.key == key || key.equals(this.key);
    } catch (RuntimeException e) { // of the key that is here, since it changed, say
      return false;
    }
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

  /** Marks the flight as ended by itself: from now on to be collected is not to be lost. */
  void end() {
    ENDED.lazySet(this, 1);
  }

  /** Returns whether the flight has ended, or was collected. */
  boolean hasEnded() {
    return ended != 0;
  }

  /** Marks the slot of a collected flight as dealt with; true for the first call. */
  boolean endCollected() {
    return ENDED.compareAndSet(this, 0, 1);
  }

  /**
   * Completes the continuations, if there are any; the first outcome stands. One of the next two
   * methods is to be called when everything else is done.
   */
  boolean complete(Outcome<V> outcome) {
    FlightContinuations<V> present = continuations;
    return present != null && present.complete(outcome);
  }

  /** Runs the continuations that are to run on the thread that ends the flight: this one. */
  void runByCaller() {
    FlightContinuations<V> present = continuations;
    if (present != null) {
      present.runByCaller();
    }
  }

  /** Hands over the continuations that such a thread was to run, which this is not. */
  void handOverByCaller() {
    FlightContinuations<V> present = continuations;
    if (present != null) {
      present.handOverByCaller();
    }
  }
}
