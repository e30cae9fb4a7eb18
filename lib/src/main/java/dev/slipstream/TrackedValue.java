package dev.slipstream;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a cache that tells of its changes. An entry can be evicted before it was told that it
 * was written, by the very call that writes it: who tells of the write then tells of the eviction
 * as well.
 */
final class TrackedValue<V> extends CachedValue<V> {
  private static final int WRITTEN = 0;
  private static final int EVICTED = 1;
  private static final int TOLD = 2;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<TrackedValue> STATE =
      AtomicIntegerFieldUpdater.newUpdater(TrackedValue.class, "state");

  /** WRITTEN, perhaps EVICTED, then TOLD. */
  @SuppressWarnings("UnusedVariable") // read by its updater
  private volatile int state;

  TrackedValue(EntryGroup<V> group, @Nullable V value, long writtenNanos) {
    super(group, value, writtenNanos);
  }

  /** Returns whether it is left to {@link #isEvictedAsToldOf} to tell of the eviction. */
  boolean leavesEviction() {
    return STATE.compareAndSet(this, WRITTEN, EVICTED);
  }

  /** The write was told. Returns whether the eviction is now to be told; true once at most. */
  boolean isEvictedAsToldOf() {
    return STATE.getAndSet(this, TOLD) == EVICTED;
  }
}
