package dev.slipstream;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a cache that tells of its changes. An entry can be evicted before it was told that it
 * was written, by the very call that writes it: who tells of the write then tells of the eviction
 * as well. Of what a fetch stored listeners are told at once, and its event comes at the fetch's
 * end: in between only the event of an eviction is left.
 */
final class TrackedValue<V> extends CachedValue<V> {
  /** Nobody was told that it was written. */
  static final int WRITTEN = 0;

  /** Listeners were. */
  static final int NOTED = 1;

  /** Everybody was. */
  static final int TOLD = 2;

  private static final int EVICTED = 4;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<TrackedValue> STATE =
      AtomicIntegerFieldUpdater.newUpdater(TrackedValue.class, "state");

  /** WRITTEN, perhaps NOTED, then TOLD; with EVICTED if that comes before TOLD. */
  @SuppressWarnings("UnusedVariable") // read by its updater
  private volatile int state;

  TrackedValue(EntryGroup<V> group, @Nullable V value, long writtenNanos) {
    super(group, value, writtenNanos);
  }

  /** It was evicted. Returns who was told of the write: they are now to be told of the eviction. */
  int evict() {
    return STATE.getAndUpdate(this, seen -> seen == TOLD ? TOLD : seen | EVICTED);
  }

  /** Listeners were told of the write. Returns whether they are to be told of the eviction. */
  boolean isEvictedAsNoted() {
    return STATE.getAndUpdate(this, seen -> seen | NOTED) == EVICTED;
  }

  /** Everybody was told of the write. Returns whether the eviction's event is left; once. */
  boolean isEvictedAsToldOf() {
    return (STATE.getAndSet(this, TOLD) & EVICTED) != 0;
  }
}
