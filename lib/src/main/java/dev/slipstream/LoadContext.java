package dev.slipstream;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Timer;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a loader, as the loader sees it: what there is to stop, and whether it was stopped. A
 * {@link Flight} is its own load; the flights of a bulk call share a {@link BulkLoad}.
 */
abstract class LoadContext<K, V> implements FetchContext, Load, BlockingRuns {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.LOGGER);
  private static final Object FINISHED = new Object();
  private static final Object CANCELLED = new Object();

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<LoadContext, @Nullable Object> TO_STOP =
      AtomicReferenceFieldUpdater.newUpdater(LoadContext.class, Object.class, "toStop");

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<LoadContext, @Nullable StoreOptions> OPTIONS =
      AtomicReferenceFieldUpdater.newUpdater(LoadContext.class, StoreOptions.class, "storeOptions");

  final CacheCore<K, V> core;

  /**
   * What a cancel has to stop: nothing, the loader's CompletionStage, an AbandonHook, or Both of
   * two such; and at the end FINISHED or CANCELLED forever. A thread that adds to it and finds it
   * CANCELLED stops what it brought itself, so that nothing slips through between the two.
   */
  private volatile @Nullable Object toStop;

  /** What the loader has said of the store, and its caller's context; null, mostly, for nothing. */
  private volatile @Nullable StoreOptions storeOptions;

  /** Set before the loader starts, by the thread that starts it. */
  private volatile Timer.@Nullable Handle timer;

  /**
   * Whether its user code runs: written round each push onto a {@link LoadStack} and pop from it,
   * by the thread whose stack it is. So a pop that failed, for lack of stack, is known.
   */
  boolean onStack;

  LoadContext(CacheCore<K, V> core) {
    this.core = core;
  }

  /** One of this load's flights has ended. */
  abstract void countEnded();

  /** Stops the loader if it runs on and all flights have ended. May be called again. */
  abstract void stopIfUnused(boolean byLeave);

  /** Returns the place of the flight that this loads for; null if there are several. */
  @Nullable Slot<K, V> place() {
    return null;
  }

  /** Marks that this waits for others to be loaded with it, or does no longer. */
  void setGathering(boolean gathering) {}

  /**
   * Notes for the events that this waits to be loaded, or does no longer. Called with no lock held.
   *
   * @param next {@link EventType#GATHERING}, {@link EventType#QUEUED} or {@link EventType#LOADING};
   *     left out if one of those behind it was noted before, and the last if it has not waited
   */
  void noteWait(EventType next) {}

  /** Notes for the events that this waits for a permit, if it does. */
  final void noteIfQueued() {
    Slot<K, V> place = core.notifier().recording ? place() : null;
    if (place != null && core.bulkhead != null && core.bulkhead.isQueued(place)) {
      noteWait(EventType.QUEUED);
    }
  }

  /** Notes that this has got its permit; and that it waited, if that has not come before. */
  final void notePermit() {
    noteWait(EventType.QUEUED);
    noteWait(EventType.LOADING);
  }

  /** Returns what texts call this: the cache, and what is loaded. */
  final String name() {
    return "cache %s, key %s".formatted(core.config.name(), Failures.text(key()));
  }

  @Override
  public final String cacheName() {
    return core.config.name();
  }

  @Override
  public final boolean isRunning() {
    return onStack;
  }

  @Override
  public final String toString() {
    return "FetchContext[%s]".formatted(name());
  }

  @Override
  public final void execute(Runnable command) {
    core.config.executor().execute(Objects.requireNonNull(command, "command"));
  }

  @Override
  public final boolean isAbandoned() {
    return toStop == CANCELLED;
  }

  @Override
  public final void onAbandon(Runnable hook) {
    add(new AbandonHook(this, Objects.requireNonNull(hook, "hook")));
  }

  @Override
  public final void expireAfter(Duration duration) {
    Arguments.requirePositive("expireAfter", duration);
    if (!core.config.expires()) {
      throw new IllegalStateException(
          "cache %s has no expiry, so that expireAfter(%s) has nothing to replace: build it with"
                  .formatted(core.config.name(), duration)
              + " expireAfterWrite, expireAfterAccess or expireAfter");
    }
    long nanos = Arguments.saturatedNanos(duration);
    change(options -> options.withTtl(nanos));
  }

  @Override
  public final void doNotStore() {
    change(StoreOptions::withoutStore);
  }

  @Override
  public final void tag(String... tags) {
    Set<String> more = new HashSet<>();
    for (String tag : Objects.requireNonNull(tags, "tags")) {
      more.add(Objects.requireNonNull(tag, "tags: one of them is null"));
    }
    change(options -> options.withTags(more));
  }

  /** Notes which invalidations of tags have come before this load: it is about to begin. */
  final void beginAfter(long invalidations) {
    if (invalidations != 0) {
      change(options -> options.withBegin(invalidations));
    }
  }

  @Override
  public long beganAfter() {
    return storeOptions().began();
  }

  /** Marks that callers that came after a tag was invalidated are to have another load. */
  final void setOutdated() {
    change(StoreOptions::asOutdated);
  }

  private void change(UnaryOperator<StoreOptions> step) {
    OPTIONS.updateAndGet(
        this, present -> step.apply(present == null ? StoreOptions.DEFAULTS : present));
  }

  /** Returns what the loader has said of the store. */
  final StoreOptions storeOptions() {
    StoreOptions said = storeOptions;
    return said == null ? StoreOptions.DEFAULTS : said;
  }

  /** Has what this brings stored as another load has said. */
  final void setStoreOptions(StoreOptions options) {
    change(
        own -> {
          CallerContext caller = own.caller() == null ? options.caller() : own.caller();
          return options.withCaller(caller).withBegin(Math.max(own.began(), options.began()));
        });
  }

  /**
   * Keeps the context of this thread, whose caller has started the load, if the cache carries it.
   * Throws what the user's code throws.
   */
  final void captureContext() {
    ContextPropagator propagator = core.config.contextPropagator();
    if (propagator != null) {
      setCaller(CallerContext.capture(propagator, core.config.name(), key()));
    }
  }

  /** Has this load run in the context of a caller. */
  final void setCaller(@Nullable CallerContext caller) {
    change(options -> options.withCaller(caller));
  }

  /** Returns the context that user code of this load is to run in; null for the thread's own. */
  final @Nullable CallerContext caller() {
    StoreOptions said = storeOptions;
    return said == null ? null : said.caller();
  }

  /**
   * Makes the stage known, so that a cancel reaches it; cancels it at once if that has happened.
   */
  final void publish(CompletionStage<?> stage) {
    add(stage);
  }

  @Override
  public final <A, B> CompletionStage<B> run(
      A key, Loader<? super A, ? extends B> loader, @Nullable Executor executor) {
    CallerContext caller = caller();
    Loader<? super A, ? extends B> inContext = caller == null ? loader : caller.roundLoader(loader);
    BlockingLoad<A, B> run =
        new BlockingLoad<>(key, inContext, this, core.config.discards() != null);
    publish(run); // before it can run: a cancel must reach it while it is queued
    try {
      (executor == null ? core.config.executor() : executor).execute(run);
    } catch (RuntimeException | Error rejection) {
      run.cancel(true); // an executor that kept it all the same must not run it
      return CompletableFuture.failedFuture(new Failures.Rejection(rejection));
    }
    return run;
  }

  /** Publishes the loader's stage and waits for it without holding it up. */
  final <T> void await(
      CompletionStage<? extends T> stage,
      BiFunction<@Nullable T, @Nullable Throwable, @Nullable Void> callback) {
    if (stage.getClass() == CompletableFuture.class) { // a subclass may refuse isDone, or lie
      CompletableFuture<? extends T> future = (CompletableFuture<? extends T>) stage;
      if (future.isDone() && !future.isCompletedExceptionally()) {
        callback.apply(future.join(), null);
        return;
      }
    }
    publish(stage);
    awaitPublished(stage, callback);
  }

  /** Waits for a stage that a cancel reaches already; the callback gets its end. */
  static <T> void awaitPublished(
      CompletionStage<? extends T> stage,
      BiFunction<@Nullable T, @Nullable Throwable, @Nullable Void> callback) {
    try {
      var unused = stage.handle(callback); // not whenComplete, which asks a failure for its text
    } catch (Throwable e) {
      callback.apply(null, e);
    }
  }

  final boolean isFinished() {
    return isEnd(toStop);
  }

  /** The loader has completed: there is nothing left to stop. */
  final void finish() {
    end(FINISHED);
  }

  /** The same, while no other thread can end this: what is added meanwhile need not be stopped. */
  final void finishAlone() {
    TO_STOP.lazySet(this, FINISHED);
  }

  /**
   * Runs the hooks as tasks and cancels the loader's stage. True for the first call.
   *
   * @param byLeave whether a caller's leave waits for it: the stage is then cancelled here,
   *     whatever depends on it; else it is by a task if anything does, which could hold up those
   *     that are to get the flight's end
   */
  final boolean cancel(boolean byLeave) {
    Object stopped = end(CANCELLED);
    if (stopped == FINISHED || stopped == CANCELLED) { // no call comes between
      return false;
    }
    try {
      stop(stopped, byLeave);
    } catch (Throwable e) {
      core.config.callbacks().execute((Resumable) () -> stop(stopped, byLeave));
    }
    return true;
  }

  final void setTimer(Timer.Handle timer) {
    this.timer = timer;
  }

  final void stopTimer() {
    Timer.Handle running = timer;
    if (running != null) {
      running.cancel();
    }
  }

  private void add(Object stoppable) {
    while (true) {
      Object present = toStop;
      if (present == CANCELLED) {
        stop(stoppable, true);
        return;
      }
      if (present == FINISHED || present == stoppable) {
        return;
      }
      Object more = present == null ? stoppable : new Both(stoppable, present);
      if (TO_STOP.compareAndSet(this, present, more)) {
        return;
      }
    }
  }

  /** Ends this, unless it has ended; returns what was there before. */
  private @Nullable Object end(Object end) {
    while (true) {
      Object present = toStop;
      if (isEnd(present) || TO_STOP.compareAndSet(this, present, end)) {
        return present;
      }
    }
  }

  private static boolean isEnd(@Nullable Object what) {
    return what == FINISHED || what == CANCELLED;
  }

  private void stop(@Nullable Object stoppable, boolean here) {
    LateInterrupt late = lateInterrupt(stoppable);
    if (late != null) {
      late.start();
    }
    stopEach(stoppable, hook -> stopHook(hook, late));
    stopEach( // last: it may run code of the loader's
        stoppable,
        stage -> {
          if (late == null || !late.stops(stage)) {
            stopStage(stage, here);
          }
        });
  }

  /** Returns what interrupts the blocking loads that have hooks; null if there are not both. */
  private @Nullable LateInterrupt lateInterrupt(@Nullable Object stoppable) {
    List<BlockingLoad<?, ?>> loads = new ArrayList<>();
    List<Object> hooks = new ArrayList<>();
    if (stoppable instanceof Both) {
      stopEach(
          stoppable,
          what -> {
            if (what instanceof BlockingLoad<?, ?> run) {
              loads.add(run);
            } else if (what instanceof AbandonHook) {
              hooks.add(what);
            }
          });
    }
    return loads.isEmpty() || hooks.isEmpty()
        ? null
        : new LateInterrupt(loads, hooks.size(), core.config.timer());
  }

  private static void stopEach(@Nullable Object stoppable, Consumer<Object> stop) {
    Object rest = stoppable;
    while (rest instanceof Both both) {
      stop.accept(both.first);
      rest = both.rest;
    }
    if (rest != null) {
      stop.accept(rest);
    }
  }

  private void stopHook(Object stoppable, @Nullable LateInterrupt late) {
    if (stoppable instanceof AbandonHook hook) {
      core.config.callbacks().execute(late == null ? hook : late.after(hook));
    }
  }

  /** Cancels a stage; a loader that is made of others has several. */
  private void stopStage(Object stoppable, boolean here) {
    if (!(stoppable instanceof CompletionStage<?> stage)) {
      return;
    }
    if (here || isHarmless(stage)) {
      cancelStage(stage);
    } else {
      core.config.callbacks().execute((Resumable) () -> cancelStage(stage));
    }
  }

  /** Returns whether to cancel the stage runs nobody's code but ours. */
  private static boolean isHarmless(CompletionStage<?> stage) {
    return stage instanceof QuickToCancel
        || (stage.getClass() == CompletableFuture.class
            && ((CompletableFuture<?>) stage).getNumberOfDependents() <= 1);
  }

  private void cancelStage(CompletionStage<?> stage) {
    int aside = LoadStack.putAside();
    try {
      Future<?> future = stage instanceof Future<?> f ? f : stage.toCompletableFuture();
      future.cancel(true);
    } catch (UnsupportedOperationException e) {
      LOG.debug("cache {}: a loader's stage cannot be cancelled", core.config.name());
    } catch (VirtualMachineError e) {
      throw e; // its stack or memory was at the end: it comes again elsewhere
    } catch (RuntimeException | Error e) {
      Failures.log(
          "cache {}: cancelling the loader of key {} failed", core.config.name(), key(), e);
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  private record Both(Object first, Object rest) {}
}
