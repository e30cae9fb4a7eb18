package dev.slipstream;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How continuations are registered with a flight, which may end meanwhile. They live in its slot.
 * {@link Flight} has the argument.
 */
abstract class ContinuedFlight<K, V> extends DecidedFlight<K, V> {
  ContinuedFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> bulk) {
    super(core, key, bulk);
  }

  @Override
  final Registration onComplete(
      FetchHandle<V> handle,
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation) {
    return register(slot.continuations(core.config).of(handle), name, options, continuation, false);
  }

  /** Registers a continuation of the key's. */
  final Registration onComplete(
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation,
      boolean onlyIfRunning) {
    return register(
        slot.continuations(core.config).ofKey(), name, options, continuation, onlyIfRunning);
  }

  /** Returns a future of the flight's outcome, which watches like a continuation. */
  final CompletableFuture<Outcome<V>> watch() {
    CompletableFuture<Outcome<V>> future = slot.continuations(core.config).watch();
    completeIfEnded();
    return future;
  }

  /**
   * Registers, and looks before and after whether the flight has ended unseen by the continuations.
   */
  private Registration register(
      Continuations<V> continuations,
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation,
      boolean onlyIfRunning) {
    completeIfEnded();
    Registration registration;
    try {
      registration =
          onlyIfRunning
              ? continuations.addOrThrowIfCompleted(name, options, continuation)
              : continuations.addOrRunNow(name, options, continuation);
    } finally {
      slot.runByCaller();
    }
    completeIfEnded();
    return registration;
  }

  private void completeIfEnded() {
    if (hasEnded()) {
      boolean unused = completesContinuations(result());
      slot.handOverByCaller();
    }
  }
}
