package dev.slipstream;

import dev.slipstream.internal.Threads;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many loads of a cache run at once, and how many wait for that in order. A load is one
 * flight's, or one bulk's of several; it counts until all of its flights have ended, whatever its
 * loader does then.
 *
 * <p>A load that waits is given its permit by the thread that ends another, and starts on a thread
 * of the library's, so that it holds up nobody. The end of the last of a load's flights may meet
 * its permit: if it comes first it takes the load out of the queue; if it comes second it gives the
 * permit to the next, and the start finds that the flights have ended.
 *
 * <p>Flights are known by their slots, so that one which nobody can complete any more can be
 * collected while it counts. What waits is kept by its start.
 */
final class Bulkhead<K, V> {
  private final FetchLimits limits;
  private final BooleanSupplier closed;

  // Guarded by this.
  private final Map<Slot<K, V>, Permit> permits = new HashMap<>();
  private final Set<Permit> queue = new LinkedHashSet<>();
  private int running;

  /**
   * Makes one without loads.
   *
   * @param closed whether the cache is: what waits then is ended, and not started
   */
  Bulkhead(FetchLimits limits, BooleanSupplier closed) {
    this.limits = limits;
    this.closed = closed;
  }

  /**
   * Starts a load here if it may run now; else has it wait.
   *
   * @param flights the places of the flights that it is for, one or more
   * @param start starts the load, unless its flights have ended; called once at most
   * @param startLater does the same, on a thread of the library's
   * @return null; or, if it may not even wait, the failure to end its flights with
   */
  Failures.@Nullable Overload enter(
      Collection<Slot<K, V>> flights, Runnable start, Runnable startLater) {
    Permit permit = new Permit();
    boolean runs;
    synchronized (this) {
      runs = running < limits.running() && queue.isEmpty();
      if (!runs && queue.size() >= limits.queued()) {
        return new Failures.Overload(limits);
      }
      flights.forEach(flight -> permits.put(flight, permit));
      permit.flights = flights.size();
      if (runs) {
        running++;
      } else {
        permit.start = startLater;
        queue.add(permit);
      }
    }
    try {
      if (runs) {
        start.run();
      }
    } finally {
      for (Slot<K, V> flight : flights) {
        if (flight.hasEnded()) { // perhaps before it was known here
          ended(flight);
        }
      }
    }
    return null;
  }

  /** A flight has ended, or was collected. May be called again, and for one that is not known. */
  void ended(Slot<K, V> slot) {
    Runnable next = release(slot);
    if (next != null) {
      Threads.callbacks().execute(next);
    }
  }

  /** Returns the start of the load that is to start now; null if there is none. */
  private synchronized @Nullable Runnable release(Slot<K, V> slot) {
    Permit permit = permits.remove(slot);
    if (permit == null || --permit.flights > 0 || queue.remove(permit)) {
      return null;
    }
    running--;
    Iterator<Permit> waiting = queue.iterator();
    if (!waiting.hasNext() || closed.getAsBoolean()) {
      return null;
    }
    Permit next = waiting.next();
    waiting.remove();
    running++;
    Runnable start = next.start;
    next.start = null;
    return start;
  }

  /** Returns whether a flight's load waits. */
  synchronized boolean isQueued(Slot<K, V> slot) {
    Permit permit = permits.get(slot);
    return permit != null && queue.contains(permit);
  }

  /** One load's place. */
  private static final class Permit {
    /** Starts it; null once it runs, since it leads to the flights. Guarded by the bulkhead. */
    @Nullable Runnable start;

    /** How many of its flights have not ended. Guarded by the bulkhead. */
    int flights;
  }
}
