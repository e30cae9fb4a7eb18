package dev.slipstream;

import dev.slipstream.internal.InterruptibleRun;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A run of a blocking {@link Loader} on the executor, as a stage that can be cancelled: a run that
 * has not begun never does, and one that has is interrupted, by the protocol of {@link
 * InterruptibleRun}.
 */
final class BlockingLoad<K, V> extends CompletableFuture<V>
    implements Runnable, QuickToCancel, LoadStack.Run {
  private final K key;
  private final Loader<? super K, ? extends V> loader;
  private final Load context;

  /**
   * Whether a run that has begun completes this also if it was cancelled: its value is not lost.
   */
  private final boolean endsByItself;

  /** As {@link LoadContext#onStack}, for this run: the call that started it may be on another. */
  private boolean onStack;

  private final InterruptibleRun running = new InterruptibleRun();

  BlockingLoad(K key, Loader<? super K, ? extends V> loader, Load context, boolean endsByItself) {
    this.key = key;
    this.loader = loader;
    this.context = context;
    this.endsByItself = endsByItself;
  }

  @Override
  public void run() {
    if (!running.begin()) {
      return;
    }
    V value = null;
    Throwable failure = null;
    int loads = LoadStack.pushRun(this);
    try {
      onStack = true;
      value = loader.load(key);
      if (value instanceof CompletionStage<?>) {
        failure = stageReturned();
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      onStack = false;
      LoadStack.pop(loads);
      if (!endRun()) {
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
  public Load load() {
    return context;
  }

  @Override
  public boolean isRunning() {
    return onStack;
  }

  private boolean endRun() {
    try {
      return running.end();
    } catch (StackOverflowError e) { // it would else be interrupted later on
      return running.end();
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean begun = mayInterruptIfRunning ? running.cancel() : running.refuse();
    return (begun && endsByItself) ? isCancelled() : super.cancel(mayInterruptIfRunning);
  }

  private IllegalArgumentException stageReturned() {
    return new IllegalArgumentException(
        "the loader of key %s in cache %s returned a CompletionStage as its value: for work that"
                .formatted(Failures.text(key), context.cacheName())
            + " completes later use an AsyncLoader, (key, context) -> …, which may return the stage");
  }
}
