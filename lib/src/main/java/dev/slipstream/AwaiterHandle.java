package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A handle on a flight, and at the same time its place in the flight's list of awaiters: 32 bytes
 * in all, so that to join costs no more.
 */
class AwaiterHandle<V> extends FetchHandle<V> {
  private static final int LEFT = 1;
  private static final int JOINED = 2;
  private static final int ONE_HARMLESS = 4;

  @SuppressWarnings("rawtypes")
  private static final AtomicIntegerFieldUpdater<AwaiterHandle> STATE =
      AtomicIntegerFieldUpdater.newUpdater(AwaiterHandle.class, "state");

  final Flight<?, V> flight;

  /** Guarded by the flight until it has ended; then the fan-out's. */
  @Nullable AwaiterHandle<V> next;

  /** LEFT is set once, under the flight; JOINED at birth; above them the harmless dependents. */
  private volatile int state;

  AwaiterHandle(Flight<?, V> flight, Origin origin) {
    this.flight = flight;
    if (origin == Origin.JOINED) {
      STATE.lazySet(this, JOINED);
    }
  }

  /** Completes the handle with the flight's result. */
  void deliver(FlightResult<V> result) {
    deliver(result.value(), result.failure());
  }

  final boolean hasLeft() {
    return (state & LEFT) != 0;
  }

  /** Marks that the caller has left; true for the first call. Called under the flight. */
  final boolean markLeft() {
    if (hasLeft()) {
      return false;
    }
    STATE.getAndAdd(this, LEFT);
    return true;
  }

  @Override
  final void leave() {
    flight.leave(this);
  }

  @Override
  final Object awaitedLoads() {
    return flight.load;
  }

  @Override
  final int harmlessDependents() {
    return state >> 2;
  }

  @Override
  final void addHarmlessDependents(int delta) {
    STATE.getAndAdd(this, delta * ONE_HARMLESS);
  }

  @Override
  public final Origin origin() {
    return (state & JOINED) != 0 ? Origin.JOINED : Origin.STARTED;
  }

  @Override
  public final Registration onComplete(
      String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return flight.onComplete(this, name, options, continuation);
  }
}
