package dev.slipstream;

import dev.slipstream.internal.Timer;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A handle on a flight, and at the same time its place in the flight's list of awaiters: 32 bytes
 * in all, so that to join costs no more.
 */
class AwaiterHandle<V> extends FetchHandle<V> {
  private static final int LEFT = 1;
  private static final int JOINED = 2;
  private static final int STALE = 4;
  private static final int ONE_HARMLESS = 8;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(AwaiterHandle.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Stands where the list of a flight's awaiters was, once it is taken. */
  private static final AwaiterHandle<?> CLOSED = new AwaiterHandle<>();

  final AwaitedFlight<?, V> flight;

  /** Written before the handle is pushed; then under the slot, and at last by the delivery. */
  @Nullable AwaiterHandle<V> next;

  /**
   * LEFT is set once, by any, and STALE by the delivery; JOINED at birth; above them the harmless
   * dependents.
   */
  private volatile int state;

  AwaiterHandle(AwaitedFlight<?, V> flight, Origin origin) {
    this.flight = flight;
    if (origin == Origin.JOINED) {
      STATE.set(this, JOINED); // published with the handle
    }
  }

  /** Makes the one that is of no flight. */
  @SuppressWarnings("NullAway")
  private AwaiterHandle() {
    flight = null;
  }

  @SuppressWarnings("unchecked")
  static <V> AwaiterHandle<V> closed() {
    return (AwaiterHandle<V>) CLOSED;
  }

  /** Completes the handle with the flight's result, unless it is to wait for a newer flight. */
  void receive(FlightResult<V> result) {
    deliver(result);
  }

  /** Completes the handle with what a newer flight has come to. */
  void deliverLater(@Nullable V value, @Nullable Throwable failure) {
    boolean unused = deliver(value, failure);
  }

  /** Completes the handle with the flight's result. */
  void deliver(FlightResult<V> result) {
    if (result instanceof FlightResult.Covered<V> covered) {
      deliverStale(covered.retained());
    } else {
      boolean unused = deliver(result.value(), result.failure());
    }
    if (result instanceof UnstoredValue<V> unstored && has(unstored.value())) {
      received(unstored);
    }
  }

  /** Returns whether it is complete with this instance. */
  private boolean has(V value) {
    return isDone() && !isCompletedExceptionally() && getNow(null) == value;
  }

  /** A value that is not cached has come to its caller. */
  void received(UnstoredValue<V> unstored) {
    unstored.received();
  }

  private void deliverStale(FlightResult.Loaded<V> retained) {
    markStale();
    if (deliver(retained.value(), null)) {
      flight.core.stats.staleOnError();
    }
  }

  /** Completes the handle with a value that has expired, since its flight takes too long. */
  void deliverRetained(CachedValue<V> retained) {
    markStale();
    if (deliver(retained.value(), null)) {
      flight.core.stats.stale();
    }
  }

  /** What it is about to complete with has expired. */
  final void markStale() {
    STATE.getAndBitwiseOr(this, STALE);
  }

  /** Returns whether to complete it runs code that may be slow. */
  final boolean hasSlowDependents() {
    return getNumberOfDependents() > harmlessDependents();
  }

  /** Returns whether it is a bulk call's, to which it delivers. */
  boolean isMember() {
    return false;
  }

  /** Returns whether its caller takes an expired value rather than wait longer. */
  boolean takesRetained() {
    return true;
  }

  /** Returns whether a caller has it: a prefetch that starts or joins a flight has no caller. */
  boolean isOfACaller() {
    return true;
  }

  final boolean hasLeft() {
    return (state & LEFT) != 0;
  }

  /** Marks that the caller has left; true for the first call. */
  final boolean markLeft() {
    return ((int) STATE.getAndBitwiseOr(this, LEFT) & LEFT) == 0;
  }

  @Override
  void leave() {
    flight.leave(this);
  }

  @Override
  final Object awaitedLoads() {
    return flight.load;
  }

  @Override
  final Timer timer() {
    return flight.core.config.timer();
  }

  @Override
  final int harmlessDependents() {
    return state >> 3;
  }

  @Override
  final void addHarmlessDependents(int delta) {
    STATE.getAndAdd(this, delta * ONE_HARMLESS);
  }

  /** Returns the cache, the key and the state; never the value, nor what depends on the handle. */
  @Override
  public final String toString() {
    return "FetchHandle[%s, %s]".formatted(flight.name(), describeState());
  }

  @Override
  public final Origin origin() {
    if ((state & STALE) != 0) {
      return Origin.STALE;
    }
    return (state & JOINED) != 0 ? Origin.JOINED : Origin.STARTED;
  }

  @Override
  boolean hasOwnFailure() {
    return flight.hasOwnFailure();
  }

  @Override
  public final long fetchId() {
    return flight.fetchId();
  }

  @Override
  public final @Nullable V await() {
    return Blocking.await(this, flight.slot.key, flight.core.config);
  }

  @Override
  public final @Nullable V await(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return Blocking.await(this, flight.slot.key, flight.core.config, timeout);
  }

  @Override
  public final Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation) {
    CallerContext caller = (state & JOINED) == 0 ? flight.load.caller() : null;
    return flight.onComplete(
        this,
        name,
        options,
        caller == null ? continuation : caller.roundContinuation(continuation));
  }

  /** The handle of a refresh, which waits for what is loaded. */
  static final class Refreshing<V> extends AwaiterHandle<V> {
    Refreshing(AwaitedFlight<?, V> flight, Origin origin) {
      super(flight, origin);
    }

    @Override
    boolean takesRetained() {
      return false;
    }
  }

  /** The handle of a prefetch, which leaves at once. */
  static final class Background<V> extends AwaiterHandle<V> {
    Background(AwaitedFlight<?, V> flight, Origin origin) {
      super(flight, origin);
    }

    @Override
    boolean isOfACaller() {
      return false;
    }
  }
}
