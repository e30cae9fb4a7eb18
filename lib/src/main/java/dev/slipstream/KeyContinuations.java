package dev.slipstream;

import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.watch.KeyState;
import org.jspecify.annotations.Nullable;

/**
 * Continuations and states by key. The flight is looked up first and L1 after it: the other order
 * would lose a completion between the two (G7).
 */
final class KeyContinuations<K, V> {
  private final CacheCore<K, V> core;
  private final LostFlights<K, V> lost;
  private final L1<K, V> l1;

  KeyContinuations(CacheCore<K, V> core, LostFlights<K, V> lost) {
    this.core = core;
    this.lost = lost;
    this.l1 = core.l1();
  }

  Registration onComplete(
      K key,
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation,
      boolean onlyIfRunning) {
    core.requireOpen();
    lost.reapCollected();
    Flight<K, V> flight = lost.flightOf(key);
    if (flight != null) {
      return flight.onComplete(name, options, continuation, onlyIfRunning);
    }
    Outcome<V> outcome = knownOutcome(key);
    if (outcome == null) {
      return Registration.NOT_IN_FLIGHT;
    }
    if (onlyIfRunning) {
      throw new AlreadyCompletedException(
          "cache %s: continuation '%s' came too late for key %s, which is cached: use onComplete to run"
                  .formatted(core.config.name(), name, Failures.text(key))
              + " it at once",
          outcome);
    }
    return core.config.completed(outcome, key).addOrRunNow(name, options, continuation);
  }

  /** Returns what is cached for the key, or the failure that is remembered; else null. */
  private @Nullable Outcome<V> knownOutcome(K key) {
    CachedValue<V> entry = l1.peekAny(key);
    if (entry != null) {
      return entry.toOutcome();
    }
    Throwable failure = l1.rememberedFailure(key);
    return failure == null ? null : new Outcome.Failure<>(failure);
  }

  boolean remove(K key, String name) {
    core.requireOpen();
    Flight<K, V> flight = lost.flightOf(key);
    FlightContinuations<V> continuations = flight == null ? null : flight.slot.continuationsIfAny();
    return continuations != null && continuations.ofKey().remove(name);
  }

  KeyState<V> state(K key) {
    Flight<K, V> flight = lost.flightOf(key);
    CachedValue<V> entry = l1.peekAny(key);
    if (entry != null) {
      return new KeyState.Cached<>(entry.value());
    }
    if (flight != null) {
      return new KeyState.InFlight<>(flight.watch());
    }
    if (core.isClosed()) {
      throw Failures.closed(key, core.config);
    }
    return new KeyState.Idle<>();
  }
}
