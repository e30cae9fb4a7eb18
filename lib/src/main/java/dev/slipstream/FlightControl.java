package dev.slipstream;

import dev.slipstream.FlightResult.End;
import dev.slipstream.internal.Resumable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** How flights are looked at and ended from outside: by an operator, and by close. */
final class FlightControl<K, V> {
  private static final long FIRST_SWEEP_MILLIS = 20;
  private static final long LONGEST_SWEEP_MILLIS = 1000;

  private final CacheCore<K, V> core;
  private final LostFlights<K, V> lost;

  /** How many flights were ended for the close, by whichever thread. */
  private final AtomicLong ended = new AtomicLong();

  FlightControl(CacheCore<K, V> core, LostFlights<K, V> lost) {
    this.core = core;
    this.lost = lost;
  }

  List<InFlight<K>> inFlight() {
    lost.reapCollected();
    long now = System.nanoTime();
    List<Flight<K, V>> flights = flights(flight -> !flight.hasEnded());
    long[] order = ByAge.order(flights.size(), i -> now - flights.get(i).startNanos);
    List<InFlight<K>> seen = new ArrayList<>(order.length);
    for (long next : order) {
      Flight<K, V> flight = flights.get(ByAge.index(next, order.length));
      seen.add(flight.describe(now - flight.startNanos));
    }
    return List.copyOf(seen);
  }

  boolean abort(K key, Throwable cause) {
    core.requireOpen();
    Flight<K, V> flight = lost.flightOf(key);
    if (flight == null) {
      return false;
    }
    FetchException failure = Failures.aborted(key, core.config, cause);
    if (flight.load instanceof SharedLoad<K, V> shared) {
      shared.abortEverywhere(Failures.text(cause));
    }
    return flight.end(failure, End.FAILURE);
  }

  /** Ends all flights; the cache starts none any more. */
  void close() {
    core.close();
    boolean sweeps = trySweepLater(); // first: what this cannot do, for want of stack, that does
    try {
      endAllAtClose();
      if (!sweeps) {
        sweepLater(FIRST_SWEEP_MILLIS); // there was no thread: there need be none, if all has ended
      }
      if (core.ledger != null) {
        core.ledger.close();
      }
    } finally {
      try {
        core.notifier().close();
      } finally {
        core.releaseContents();
      }
    }
  }

  private boolean trySweepLater() {
    try {
      sweepLater(FIRST_SWEEP_MILLIS);
      return true;
    } catch (Throwable e) {
      return false;
    }
  }

  /**
   * Has a thread of the library's end what is in flight by then, and look again until nothing is:
   * where the stack of a thread that closes, or ends a flight, has come to its end, the rest is
   * left to nobody else. As long as another thread gets on with it, this one only looks. What has
   * been given up does not count.
   */
  private void sweepLater(long millis) {
    if (!core.registry.isEmpty()) {
      long seen = ended.get();
      Resumable sweep = () -> sweep(millis, seen);
      core.config.timer().schedule(sweep, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep(long millis, long seen) {
    if (ended.get() == seen && !endAllAtClose()) {
      return;
    }
    sweepLater(Math.min(2 * millis, LONGEST_SWEEP_MILLIS));
  }

  /** Returns whether there was anything to end. */
  private boolean endAllAtClose() {
    List<Flight<K, V>> flights = flights(flight -> !flight.isDelivered());
    if (flights.isEmpty()) {
      return false;
    }
    StackTraceElement[] trace = new Throwable().getStackTrace();
    flights.forEach(flight -> endAtClose(flight, trace));
    return true;
  }

  /** Ends a flight so that no other is held up, whatever its end throws. */
  private void endAtClose(Flight<K, V> flight, StackTraceElement[] trace) {
    try {
      flight.end(Failures.closed(flight.slot.key, core.config, trace), End.FAILURE);
    } catch (Throwable e) {
      breakOff(flight, e);
    }
    ended.getAndIncrement();
  }

  private static void breakOff(Flight<?, ?> flight, Throwable thrown) {
    try {
      flight.breakOff(thrown);
    } catch (Error e) { // no memory for that either: the others are ended all the same
      flight.markBroken();
    }
  }

  private List<Flight<K, V>> flights(Predicate<Flight<K, V>> wanted) {
    List<Flight<K, V>> flights = new ArrayList<>();
    for (Slot<K, V> slot : core.registry.snapshot()) {
      Flight<K, V> flight = Flight.in(slot);
      if (flight == null) {
        lost.reap(slot);
      } else if (wanted.test(flight)) {
        flights.add(flight);
      }
    }
    return flights;
  }
}
