package dev.slipstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a cache whose changes are observed. The very call that writes an entry can evict it
 * again, before anybody was notified of the write: the thread that reports the write then reports
 * the eviction as well. Of what a fetch stores listeners are notified at once, and its event comes
 * at the fetch's end: in between only the event of an eviction is left to report.
 */
class TrackedValue<V> extends CachedValue<V> {
  /** The write is not reported. */
  static final int WRITTEN = 0;

  /** It is to listeners. */
  static final int NOTED = 1;

  /** It is, also as an event. */
  static final int REPORTED = 2;

  static final int EVICTED = 4;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TrackedValue.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** WRITTEN, perhaps NOTED, then REPORTED; with EVICTED if that comes before REPORTED. */
  private volatile int state;

  TrackedValue(Generation<V> generation, @Nullable V value, long writtenNanos) {
    super(generation, value, writtenNanos);
  }

  @Override
  final boolean isReported() {
    return state == REPORTED;
  }

  /**
   * It was evicted. Returns where the write was reported: the eviction is to be reported there,
   * too.
   */
  final int evict() {
    int seen = state;
    while (seen != REPORTED && !STATE.compareAndSet(this, seen, seen | EVICTED)) {
      seen = state;
    }
    return seen;
  }

  /** The write was reported to listeners. Returns whether the eviction is to be, too. */
  final boolean isEvictedAsNoted() {
    return (int) STATE.getAndBitwiseOr(this, NOTED) == EVICTED;
  }

  /**
   * The write was reported. Returns the state until then: if it has EVICTED, the event of the
   * eviction is left, and if it has not NOTED, the eviction is to be reported to listeners as well.
   */
  final int report() {
    return (int) STATE.getAndSet(this, REPORTED);
  }
}
