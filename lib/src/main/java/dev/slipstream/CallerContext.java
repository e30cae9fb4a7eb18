package dev.slipstream;

import dev.slipstream.ContextPropagator.Scope;
import dev.slipstream.ContextPropagator.Snapshot;
import dev.slipstream.latch.Continuation;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The context of the caller that started a load, to be open round its user code on any thread. */
final class CallerContext {
  private final Snapshot snapshot;
  private final String cache;
  private final Object key;

  private CallerContext(Snapshot snapshot, String cache, Object key) {
    this.snapshot = snapshot;
    this.cache = cache;
    this.key = key;
  }

  /** Captures the context of this thread, for the load of a key, or of several. */
  static CallerContext capture(ContextPropagator propagator, String cache, Object key) {
    Snapshot snapshot =
        Objects.requireNonNull(
            propagator.capture(),
            () -> "the context propagator of cache " + cache + " captured null");
    return new CallerContext(snapshot, cache, key);
  }

  /** Opens it on this thread, which is to {@link #close} what this returns. */
  Scope open() {
    return Objects.requireNonNull(
        snapshot.open(),
        () -> "a snapshot of the context propagator of cache " + cache + " opened a null scope");
  }

  void close(Scope scope) {
    try {
      scope.close();
    } catch (Throwable e) { // the code in it has run
      Failures.log("cache {}: closing the context of the caller of key {} failed", cache, key, e);
    }
  }

  /** Runs code with the context open. */
  <T extends @Nullable Object> T call(Callable<T> code) throws Exception {
    Scope scope = open();
    try {
      return code.call();
    } finally {
      close(scope);
    }
  }

  <A, B> Loader<A, B> roundLoader(Loader<? super A, ? extends B> loader) {
    return key -> call(() -> loader.load(key));
  }

  <T> Continuation<T> roundContinuation(Continuation<? super T> continuation) {
    Objects.requireNonNull(continuation, "continuation");
    return outcome -> {
      Scope scope = open();
      try {
        continuation.onComplete(outcome);
      } finally {
        close(scope);
      }
    };
  }
}
