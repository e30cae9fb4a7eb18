package dev.slipstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a loader, as the loader sees it: what there is to cancel, and whether it was
 * cancelled.
 *
 * <p>It refers to no flight: user code may keep a context, and a flight must be collectable while
 * it does (G16).
 */
class LoadContext implements FetchContext {
  private static final Logger LOG = LoggerFactory.getLogger(CoalescingCache.class);

  final Engine<?, ?> engine;

  /** The key that is loaded; for a bulk the set of its keys. */
  final Object key;

  // states: RUNNING -> FINISHED | CANCELLED. Written under this, once; read by anybody.
  private volatile State state = State.RUNNING;

  /** The loader's stage, once it is known; null after the end. Guarded by this. */
  private @Nullable Object work;

  /** One Runnable, or a list of them; null after the end. Guarded by this. */
  private @Nullable Object hooks;

  /** Set before the loader starts, by the thread that starts it. */
  private @Nullable Future<?> timer;

  /** The loads that this one's thread waits for: a LoadContext or several. Guarded by WaitGraph. */
  @Nullable Object waitsOn;

  LoadContext(Engine<?, ?> engine, Object key) {
    this.engine = engine;
    this.key = key;
  }

  /** Returns whether this loads the key for that cache. */
  boolean loads(Engine<?, ?> engine, Object key) {
    return this.engine == engine && this.key.equals(key);
  }

  @Override
  public void execute(Runnable command) {
    engine.executor.execute(Objects.requireNonNull(command, "command"));
  }

  @Override
  public boolean isAbandoned() {
    return state == State.CANCELLED;
  }

  @Override
  public void onAbandon(Runnable hook) {
    Objects.requireNonNull(hook, "hook");
    synchronized (this) {
      if (state == State.FINISHED) {
        return;
      }
      if (state == State.RUNNING) {
        addHook(hook);
        return;
      }
    }
    runAsTask(hook);
  }

  /**
   * Makes the stage known, so that a cancel reaches it; cancels it at once if that has happened.
   */
  final void publish(CompletionStage<?> stage) {
    synchronized (this) {
      if (state == State.RUNNING) {
        work = stage;
        return;
      }
    }
    if (isAbandoned()) {
      cancelWork(stage);
    }
  }

  final void setTimer(Future<?> timer) {
    this.timer = timer;
  }

  final void stopTimer() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  /** A flight of this load has ended: if the loader still runs, nobody wants it any more. */
  void flightEnded() {
    stopTimer();
    cancel();
  }

  /** Waits for the loader's stage without holding it up; the callback gets its end. */
  final <T> void await(
      CompletionStage<? extends T> stage, BiConsumer<? super T, ? super Throwable> callback) {
    if (stage.getClass() == CompletableFuture.class) { // a subclass may refuse isDone, or lie
      CompletableFuture<? extends T> future = (CompletableFuture<? extends T>) stage;
      if (future.isDone() && !future.isCompletedExceptionally()) {
        callback.accept(future.join(), null);
        return;
      }
    }
    publish(stage);
    try {
      var unused = stage.whenComplete(callback);
    } catch (Throwable e) {
      callback.accept(null, e);
    }
  }

  /** The loader has completed: there is nothing left to cancel. True for the first call. */
  final boolean finish() {
    synchronized (this) {
      if (state != State.RUNNING) {
        return false;
      }
      state = State.FINISHED;
      work = null;
      hooks = null;
      return true;
    }
  }

  /** Cancels the loader's stage here and now and runs the hooks as tasks; once. */
  final void cancel() {
    Object cancelled;
    Object stoppers;
    synchronized (this) {
      if (state != State.RUNNING) {
        return;
      }
      state = State.CANCELLED; // before the work is taken: whoever publishes later sees it
      cancelled = work;
      stoppers = hooks;
      work = null;
      hooks = null;
    }
    if (stoppers instanceof Runnable hook) {
      runAsTask(hook);
    } else if (stoppers instanceof List<?> list) {
      list.forEach(hook -> runAsTask((Runnable) hook));
    }
    if (cancelled != null) {
      cancelWork((CompletionStage<?>) cancelled);
    }
  }

  @SuppressWarnings("unchecked")
  private void addHook(Runnable hook) {
    if (hooks == null) {
      hooks = hook;
    } else if (hooks instanceof List<?> list) {
      ((List<Runnable>) list).add(hook);
    } else {
      List<Runnable> list = new ArrayList<>(4);
      list.add((Runnable) hooks);
      list.add(hook);
      hooks = list;
    }
  }

  private void cancelWork(CompletionStage<?> stage) {
    try {
      Future<?> future = stage instanceof Future<?> f ? f : stage.toCompletableFuture();
      future.cancel(true);
    } catch (UnsupportedOperationException e) {
      LOG.debug("cache {}: the loader's stage for key {} cannot be cancelled", engine.name, key);
    } catch (RuntimeException | Error e) {
      LOG.warn("cache {}: cancelling the loader of key {} failed", engine.name, key, e);
    }
  }

  private void runAsTask(Runnable hook) {
    engine.callbacks.execute(new AbandonHook(this, hook));
  }

  /** A hook as a task; it logs what the hook throws. */
  private record AbandonHook(LoadContext context, Runnable hook) implements Runnable {
    @Override
    public void run() {
      try {
        hook.run();
      } catch (RuntimeException | Error e) {
        LOG.warn(
            "cache {}: an onAbandon hook of key {} failed", context.engine.name, context.key, e);
      }
    }
  }

  private enum State {
    RUNNING,
    FINISHED,
    CANCELLED
  }
}
