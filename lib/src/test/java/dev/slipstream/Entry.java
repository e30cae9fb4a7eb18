package dev.slipstream;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A caller that went in by some {@link EntryPoint}, whatever it holds: a handle, a future, a
 * thread.
 */
interface Entry<V> {

  /** Waits for the value that the caller receives. */
  @Nullable V value();

  /** Waits for the failure as this caller receives it: thrown by the call, or in the future. */
  Throwable failure();

  /** Makes this caller leave, and waits until its own call or future has ended. */
  void leave();

  boolean isDone();

  /** Returns the failure of the fetch itself, unwrapped from the exception of a blocking caller. */
  default Throwable loaderFailure() {
    Throwable failure = failure();
    boolean wrapped = failure.getClass() == FetchException.class && failure.getCause() != null;
    return wrapped ? failure.getCause() : failure;
  }

  /** An entry that is a future, or derived from one. */
  record OfFuture<V>(CompletableFuture<V> future) implements Entry<V> {
    @Override
    public @Nullable V value() {
      return Eventually.value(future);
    }

    @Override
    public Throwable failure() {
      return Eventually.failure(future);
    }

    @Override
    public void leave() {
      future.cancel(true);
    }

    @Override
    public boolean isDone() {
      return future.isDone();
    }
  }

  /** An entry that is a bulk call's future for one key. */
  record OfBulk<V>(CompletableFuture<Map<String, V>> future, String key) implements Entry<V> {
    @Override
    public @Nullable V value() {
      return Eventually.value(future).get(key);
    }

    @Override
    public Throwable failure() {
      return Eventually.failure(future);
    }

    @Override
    public void leave() {
      future.cancel(true);
    }

    @Override
    public boolean isDone() {
      return future.isDone();
    }
  }

  /** An entry that is a thread inside a blocking call. */
  record OfThread<V>(Caller<V> caller) implements Entry<V> {
    @Override
    public @Nullable V value() {
      return caller.value();
    }

    @Override
    public Throwable failure() {
      return caller.failure();
    }

    @Override
    public void leave() {
      caller.interrupt();
      Eventually.until("the interrupted caller returns", caller::isReturned);
    }

    @Override
    public boolean isDone() {
      return caller.isReturned();
    }
  }
}
