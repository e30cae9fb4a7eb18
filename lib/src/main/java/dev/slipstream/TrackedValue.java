package dev.slipstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

  static final int EVICTED = 4;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TrackedValue.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** WRITTEN, perhaps NOTED, then TOLD; with EVICTED if that comes before TOLD. */
  @SuppressWarnings("UnusedVariable") // read through STATE
  private volatile int state;

  TrackedValue(Generation<V> generation, @Nullable V value, long writtenNanos) {
    super(generation, value, writtenNanos);
  }

  /** It was evicted. Returns who was told of the write: they are now to be told of the eviction. */
  int evict() {
    int seen = state;
    while (seen != TOLD && !STATE.compareAndSet(this, seen, seen | EVICTED)) {
      seen = state;
    }
    return seen;
  }

  /** Listeners were told of the write. Returns whether they are to be told of the eviction. */
  boolean isEvictedAsNoted() {
    return (int) STATE.getAndBitwiseOr(this, NOTED) == EVICTED;
  }

  /**
   * Everybody was told of the write. Returns the state until then: if it has EVICTED, the event of
   * the eviction is left, and if it has not NOTED, listeners are to be told of it as well.
   */
  int tell() {
    return (int) STATE.getAndSet(this, TOLD);
  }
}
