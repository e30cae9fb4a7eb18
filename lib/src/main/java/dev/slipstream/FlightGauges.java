package dev.slipstream;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;

/**
 * How many flights there are, how many callers wait for them, and how old the oldest is: for meters
 * that ask often. Nothing is copied or sorted.
 *
 * <p>A fenced flight is among the detached ones, or will be at once, and is counted there only.
 */
final class FlightGauges<K, V> {
  private static final long NONE = -1;

  private final InFlightRegistry<K, V> registry;

  FlightGauges(InFlightRegistry<K, V> registry) {
    this.registry = registry;
  }

  int inFlight() {
    return (int) reduce(0, flight -> 1, Math::addExact);
  }

  int awaiters() {
    return (int) Math.min(Integer.MAX_VALUE, reduce(0, Flight::awaiting, Math::addExact));
  }

  Optional<Duration> oldestAge() {
    long now = System.nanoTime();
    long age = reduce(NONE, flight -> Math.max(0, now - flight.startNanos), Math::max);
    return age == NONE ? Optional.empty() : Optional.of(Duration.ofNanos(age));
  }

  private long reduce(long none, ToLongFunction<Flight<K, V>> of, LongBinaryOperator with) {
    return registry.reduce(
        none, slot -> of(slot, false, none, of), slot -> of(slot, true, none, of), with);
  }

  private static <K, V> long of(
      Slot<K, V> slot, boolean detached, long none, ToLongFunction<Flight<K, V>> of) {
    Flight<K, V> flight = Flight.in(slot);
    boolean counts = flight != null && !flight.hasEnded() && flight.isFenced() == detached;
    return counts ? of.applyAsLong(flight) : none;
  }
}
