package dev.slipstream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A run of a blocking {@link Loader} on the executor, as a stage that can be cancelled: a run that
 * has not begun never does, and one that has is interrupted.
 *
 * <p>The interrupt is sent under the monitor that the runner takes when it begins and when it ends,
 * and the runner clears the flag only if it was this load that set it: an interrupt meant for this
 * loader reaches nothing else that the thread does (G19).
 */
final class BlockingLoad<K, V> extends CompletableFuture<V> implements Runnable {
  private final K key;
  private final Loader<? super K, ? extends V> loader;
  private final LoadContext<?, ?> context;

  /** Guarded by this. */
  private boolean started;

  /** Who runs the loader; null before and after. Guarded by this. */
  private @Nullable Thread runner;

  /** Guarded by this. */
  private boolean cancelled;

  /** Guarded by this. */
  private boolean interrupted;

  BlockingLoad(K key, Loader<? super K, ? extends V> loader, LoadContext<?, ?> context) {
    this.key = key;
    this.loader = loader;
    this.context = context;
  }

  @Override
  public void run() {
    synchronized (this) {
      if (cancelled || started) {
        return;
      }
      started = true;
      runner = Thread.currentThread();
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
      endRun(failure);
    }
    if (failure == null) {
      complete(value);
    } else {
      completeExceptionally(failure);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    synchronized (this) {
      cancelled = true;
      if (runner != null && !interrupted) {
        interrupted = true;
        runner.interrupt();
      }
    }
    return super.cancel(mayInterruptIfRunning);
  }

  private void endRun(@Nullable Throwable failure) {
    synchronized (this) {
      runner = null;
      if (interrupted) {
        Thread.interrupted();
      } else if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt(); // not ours: whoever owns the thread is to know
      }
    }
  }

  private IllegalArgumentException stageReturned() {
    return new IllegalArgumentException(
        "the loader of key %s in cache %s returned a CompletionStage as its value: for work that"
                .formatted(Failures.text(key), context.core.config.name())
            + " completes later use an AsyncLoader, (key, context) -> …, which may return the stage");
  }
}
