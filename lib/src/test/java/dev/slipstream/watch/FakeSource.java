package dev.slipstream.watch;

import dev.slipstream.latch.Outcome;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A source whose keys the test moves about, and which ticks as a cache does: after each change, and
 * between the claim of a flight and its start.
 */
final class FakeSource implements KeySource<String, String> {
  final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);

  /** How often a state was read. */
  final AtomicInteger reads = new AtomicInteger();

  /** Runs within each read, after the state was looked up, with the number of the read. */
  volatile Consumer<Integer> duringRead = read -> {};

  private final Map<String, Object> values = new ConcurrentHashMap<>();
  private final Map<String, Flight> flights = new ConcurrentHashMap<>();

  @Override
  public KeyState<String> state(String key) {
    int read = reads.incrementAndGet();
    KeyState<String> state = lookUp(key);
    duringRead.accept(read);
    return state;
  }

  /** Looks at the flight first, and at the value after it, as a cache must. */
  private KeyState<String> lookUp(String key) {
    Flight flight = flights.get(key);
    if (flight != null) {
      return new KeyState.InFlight<>(flight.watch());
    }
    Object value = values.get(key);
    return value == null ? new KeyState.Idle<>() : new KeyState.Cached<>((String) value);
  }

  /** Stores a value without a tick. */
  void change(String key, String value) {
    values.put(key, value);
  }

  void put(String key, String value) {
    change(key, value);
    hub.notify(key);
  }

  /** Claims a flight and ticks. */
  Flight begin(String key) {
    Flight flight = beginUnseen(key);
    hub.notify(key);
    return flight;
  }

  /** Claims a flight without a tick. */
  Flight beginUnseen(String key) {
    Flight flight = new Flight(key);
    flights.put(key, flight);
    return flight;
  }

  /** A fetch that the test ends. */
  final class Flight {
    final Set<CompletableFuture<Outcome<String>>> watchers = ConcurrentHashMap.newKeySet();
    private final String key;
    private final CompletableFuture<Outcome<String>> end = new CompletableFuture<>();

    private Flight(String key) {
      this.key = key;
    }

    /** Returns a private future of the outcome. */
    CompletableFuture<Outcome<String>> watch() {
      CompletableFuture<Outcome<String>> watcher = new CompletableFuture<>();
      watchers.add(watcher);
      watcher.whenComplete((outcome, failure) -> watchers.remove(watcher));
      end.thenAccept(watcher::complete);
      return watcher;
    }

    /** Stores a success, frees the slot, latches, ticks. */
    void end(Outcome<String> outcome) {
      if (outcome instanceof Outcome.Success<String> success) {
        change(key, success.value());
      }
      flights.remove(key);
      end.complete(outcome);
      hub.notify(key);
    }

    /** Ends with what no flight should. */
    void failWatchers(Throwable failure) {
      watchers.forEach(watcher -> watcher.completeExceptionally(failure));
    }
  }
}
