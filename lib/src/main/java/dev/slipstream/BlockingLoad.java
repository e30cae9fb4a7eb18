package dev.slipstream;

import dev.slipstream.internal.InterruptibleRun;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A run of a blocking {@link Loader} on the executor, as a stage that can be cancelled: a run that
 * has not begun never does, and one that has is interrupted, by the protocol of {@link
 * InterruptibleRun}.
 */
final class BlockingLoad<K, V> extends CompletableFuture<V> implements Runnable {
  private final K key;
  private final Loader<? super K, ? extends V> loader;
  private final LoadContext<?, ?> context;

  private final InterruptibleRun running = new InterruptibleRun();

  private BlockingLoad(K key, Loader<? super K, ? extends V> loader, LoadContext<?, ?> context) {
    this.key = key;
    this.loader = loader;
    this.context = context;
  }

  /** Returns an async loader that runs the blocking one on the executor of its context. */
  static <K, V> AsyncLoader<K, V> of(Loader<? super K, ? extends V> loader) {
    return (key, context) -> start(key, loader, (LoadContext<?, ?>) context);
  }

  private static <K, V> CompletionStage<V> start(
      K key, Loader<? super K, ? extends V> loader, LoadContext<?, ?> context) {
    BlockingLoad<K, V> load = new BlockingLoad<>(key, loader, context);
    context.publish(load); // before it can run: a cancel must reach it while it is queued
    try {
      context.execute(load);
    } catch (RuntimeException | Error rejection) {
      load.cancel(false); // an executor that kept it all the same must not run it
      throw new Rejection(rejection);
    }
    return load;
  }

  @Override
  public void run() {
    if (!running.begin()) {
      return;
    }
    V value = null;
    Throwable failure = null;
    List<Object> loads = LoadStack.push(context);
    try {
      value = loader.load(key);
      if (value instanceof CompletionStage<?>) {
        failure = stageReturned();
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      LoadStack.pop(loads);
      if (!running.end()) {
        InterruptibleRun.keepInterrupt(failure);
      }
    }
    if (failure == null) {
      complete(value);
    } else {
      completeExceptionally(failure);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    running.cancel();
    return super.cancel(mayInterruptIfRunning);
  }

  private IllegalArgumentException stageReturned() {
    return new IllegalArgumentException(
        "the loader of key %s in cache %s returned a CompletionStage as its value: for work that"
                .formatted(Failures.text(key), context.engine.name)
            + " completes later use an AsyncLoader, (key, context) -> …, which may return the stage");
  }

  /** Says that the executor refused the loader. */
  static final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Rejection(Throwable cause) {
      super(null, cause, false, false);
    }
  }
}
