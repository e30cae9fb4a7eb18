package dev.slipstream;

import dev.slipstream.StatsRecorder.End;
import dev.slipstream.internal.Threads;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/*
 * One fetch of one key, shared by everybody who wants the key while it runs.
 *
 * States
 * ------
 *   RUNNING -> SETTLING -> LATCHED      the loader completed; its result is settled, then published
 *   RUNNING -> ABANDONED                the last awaiter left
 *   RUNNING | SETTLING -> LATCHED       timeout, abort or close, as long as nothing is decided
 *
 * Exactly one transition leaves each state. Two monitors stand behind them:
 *
 * The slot's guards the list of awaiters and its counts; LATCHED and ABANDONED are entered under it. It
 * is held for a few instructions, and nothing is called meanwhile but what records an event: to join, to
 * leave and to look never wait for user code.
 *
 * The flight's own guards the store. Under it the flight is fenced, and under it the result is decided:
 * stored, or never to be. It is held while L1 runs the user's weigher and expiry, and so a write to this
 * very key waits for them; nobody else takes it but those who end a flight early. It is taken before the
 * slot's and before L1's locks, never after.
 *
 * Who completes
 * -------------
 * The loader's stage calls accept(). Settling runs the identity check and the insert callback with no
 * lock held, then decides: if the flight is not fenced, the value enters L1 in the place of the entry
 * that the recheck saw (none, or a refresh's base). Only then is the slot freed, the outcome latched, and
 * everybody told: first handles that have no dependents, then continuations, then handles that have,
 * each of the latter two as a task.
 * The last leaver completes an abandoned flight: it frees the slot, cancels the loader, and tells the
 * continuations, all before its own leave returns. Timeout, abort and close complete a flight that has
 * not decided; what its loader brings later finds it LATCHED and is dropped.
 * A flight that adopts what another has just published ends without having started a loader.
 *
 * Who removes
 * -----------
 * Whoever ends the flight removes its slot, naming the slot, so that a successor's is not touched. A
 * fence removes it early: newcomers then find a free key. A newcomer that finds a flight ABANDONED
 * (its slot is about to go) or collected replaces the slot, again naming it, and goes on: nobody waits
 * for a dying flight.
 *
 * Weak reachability
 * -----------------
 * The slot refers to the flight weakly. What keeps the flight alive is the loader (its stage, whose
 * callback the flight is; its queued task; its context), the timer of its timeout, and the handles of its
 * callers. When all of them are gone nobody can complete it and nobody waits; it is collected, and the
 * next call that finds or drains its slot tells the continuations, which live in the slot.
 *
 * Races and why they are benign
 * -----------------------------
 * Join against last leave: both hold the slot; a joiner is counted before the state can turn ABANDONED,
 * or finds it so and starts a flight of its own.
 * Last leave against completion: both compare-and-set RUNNING away; one of them wins.
 * Leave against fan-out: to leave a flight that has latched does nothing. A leave that came first is
 * marked on the handle and the fan-out skips it; the handle's own completion is decided by its
 * compare-and-set, and whoever loses it finds it done.
 * Late miss against publication: the value enters L1 before the slot is freed, so that a caller which
 * missed L1 and then wins the slot finds the value in its recheck.
 * Fence against store: both hold the flight, and a write fences before it changes L1, and again after,
 * for a newcomer that adopted the old value in between.
 * Continuation against completion: the end latches under the slot and then looks for continuations; a
 * registrar publishes its continuations and then looks, under the slot, whether the flight has ended.
 * One of them sees the other's, and both completing is harmless, as the first outcome stands.
 * Fence against end: the fence adds the slot to the set of fenced flights and then looks whether the
 * flight has ended; the end writes the state and then looks whether it was fenced.
 */
class Flight<K, V> extends LoadContext<K, V>
    implements BiConsumer<@Nullable V, @Nullable Throwable> {
  private static final int SWEEP_THRESHOLD = 32;
  private static final byte RUNNING = 0;
  private static final byte SETTLING = 1;
  private static final byte LATCHED = 2;
  private static final byte ABANDONED = 3;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Flight.class, "state", byte.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Slot<K, V> slot;

  /** The run of the loader that this flight waits for: its own, or a bulk's. */
  final LoadContext<K, V> load;

  final long startNanos = System.nanoTime();

  // states: RUNNING -> SETTLING -> LATCHED, RUNNING -> ABANDONED, as above. Read by any.
  private volatile byte state;

  /** No leave abandons it. Guarded by the slot. */
  private boolean pinned;

  /** Its result is not to be stored. Written under this and the slot; read by any. */
  volatile boolean fenced;

  /** Its result is stored, or will never be. Guarded by this. */
  private boolean decided;

  /** What the recheck of a refresh saw: the entry to replace. Written before the loader starts. */
  private @Nullable CachedValue<V> base;

  /**
   * What was decided: a CachedValue, an Outcome.Failure by the loader, or a FetchException of the
   * library's own. Written under this, with decided; read after LATCHED.
   */
  private @Nullable Object outcome;

  /** The awaiters, the last first; some of them have left. Guarded by the slot. */
  private @Nullable AwaiterHandle<V> awaiters;

  /** How many in the list have not left, and how many have. Guarded by the slot. */
  private int live;

  private int left;

  Flight(Engine<K, V> engine, K key, @Nullable BulkContext<K, V> bulk) {
    super(engine);
    this.load = bulk == null ? this : bulk;
    this.slot = engine.registry.newSlot(key, this);
  }

  /** Returns whether its end counts as a fetch's. */
  boolean isFetch() {
    return true;
  }

  /** The recheck is over, and the flight is a fetch. */
  void recordStart(boolean anew) {}

  /** Its result has changed L1. Called under this. */
  void recordStore() {}

  /** A caller has joined. Called under the slot, as are those that follow. */
  void recordJoin() {}

  /** A caller has left. */
  void recordLeave() {}

  /** The flight was fenced; it may have ended. */
  void recordFence() {}

  /** The flight has ended; that it was abandoned or how it latched is known. */
  void recordEnd() {}

  @Override
  final K key() {
    return slot.key;
  }

  @Override
  final boolean loads(Engine<?, ?> engine, Object key) {
    return this.engine == engine && slot.key.equals(key);
  }

  @Override
  final void flightEnded(boolean byLeave) {
    stopTimer();
    boolean unused = cancel(byLeave);
  }

  /** Seats the caller that makes the flight, before anybody else can see it. */
  final void seatOriginator(AwaiterHandle<V> handle) {
    awaiters = handle;
    live = 1;
  }

  /** Keeps leaves from abandoning it; called by one who has a seat, or before others see it. */
  final void pin() {
    synchronized (slot) {
      pinned = true;
    }
  }

  /** Links the handle, or tells it the outcome; false if the flight is dying: not to be joined. */
  boolean join(AwaiterHandle<V> handle) {
    synchronized (slot) {
      if (state == ABANDONED) {
        return false;
      }
      if (state != LATCHED) {
        handle.next = awaiters;
        awaiters = handle;
        live++;
        recordJoin();
        return true;
      }
    }
    handle.deliver(latchedOutcome());
    return true;
  }

  /** Takes a caller off. The last one to leave a running flight ends it. */
  void leave(AwaiterHandle<V> handle) {
    synchronized (slot) {
      if (hasEnded() || !handle.markLeft()) {
        return;
      }
      live--;
      left++;
      recordLeave();
      boolean abandons = live == 0 && !pinned && !engine.finishesAbandoned;
      if (!abandons || !STATE.compareAndSet(this, RUNNING, ABANDONED)) {
        if (left > Math.max(SWEEP_THRESHOLD, live)) {
          sweep();
        }
        return;
      }
      awaiters = null;
      recordEnd();
    }
    abandoned();
  }

  private void abandoned() {
    freeSlot();
    count(End.ABANDONED);
    engine.changes.tick(slot.key);
    slot.complete(new Outcome.Abandoned<>());
    load.flightEnded(true);
  }

  /** Replaces L1's entry {@code base} by what is loaded. */
  final void setBase(@Nullable CachedValue<V> base) {
    this.base = base;
  }

  /** Calls the loader, on this thread, and waits for its stage without holding it up. */
  final void start(AsyncLoader<? super K, ? extends V> loader) {
    CompletionStage<? extends V> stage;
    List<Object> loads = LoadStack.push(load);
    try {
      stage = loader.load(slot.key, this);
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      accept(null, e);
      return;
    } finally {
      LoadStack.pop(loads);
    }
    if (stage == null) {
      accept(null, new NullPointerException(Failures.nullStage(loader, slot.key, engine.name)));
    } else {
      await(stage, this);
    }
  }

  /** Ends the flight with what its loader brought; only the first call does anything. */
  @Override
  public final void accept(@Nullable V value, @Nullable Throwable failure) {
    try {
      if (settle(value, failure) && latch()) {
        announce();
        engine.changes.listeners.tell();
      }
    } catch (Throwable e) { // out of stack or memory: nobody may be left waiting all the same
      boolean unused = end(Failures.broken(e, slot.key, engine), End.FAILURE);
      throw e;
    }
  }

  /** Decides the result and stores it; false if the flight has ended otherwise meanwhile. */
  final boolean settle(@Nullable V value, @Nullable Throwable failure) {
    if (!STATE.compareAndSet(this, RUNNING, SETTLING)) {
      return false;
    }
    boolean unused = load.finish();
    return failure == null ? settleValue(value) : decide(failed(failure), false);
  }

  private boolean settleValue(@Nullable V fetched) {
    if (fetched == null || !engine.hasInsertSteps()) {
      return decide(engine.newEntry(fetched, startNanos), true);
    }
    List<Object> loads = LoadStack.pushInsert(load);
    try {
      FetchException misfit = engine.misfit(slot.key, fetched);
      if (misfit != null) {
        return decide(misfit, false);
      }
      CachedValue<V> current = engine.readsCurrent() ? engine.l1.peek(slot.key) : null;
      V canonical = engine.canonical(slot.key, fetched, current == null ? null : current.value());
      if (current != null && canonical == current.value()) {
        return decide(current, false);
      }
      return decide(engine.newEntry(canonical, startNanos), true);
    } catch (Throwable e) {
      return decide(Failures.ofInsert(e, slot.key, engine), false);
    } finally {
      LoadStack.pop(loads);
    }
  }

  /** Takes the decision: the result is stored, or never will be. False if another was taken. */
  private boolean decide(Object result, boolean toStore) {
    synchronized (this) {
      if (decided) {
        return false;
      }
      Object settled = toStore && !fenced ? store(result) : result;
      if (decided) { // by the weigher or expiry that the store ran: it closed the cache, say
        return false;
      }
      decided = true;
      outcome = settled;
      base = null;
      return true;
    }
  }

  /** Called under this. */
  private Object store(Object result) {
    @SuppressWarnings("unchecked")
    CachedValue<V> entry = (CachedValue<V>) result;
    try {
      if (engine.l1.store(slot.key, base, entry) && !fenced) {
        recordStore();
      }
    } catch (Throwable e) {
      return Failures.ofInsert(e, slot.key, engine);
    }
    if (fenced || decided) { // by its own weigher or expiry: nobody else could
      engine.l1.takeBack(slot.key, entry);
    }
    return result;
  }

  /** Frees the slot and makes what was decided final; true for the call that did. */
  final boolean latch() {
    freeSlot();
    synchronized (slot) {
      if (hasEnded()) {
        return false;
      }
      STATE.setRelease(this, LATCHED); // the monitor does the rest for those who must not miss it
      recordEnd();
      return true;
    }
  }

  /** Tells everybody; called by who latched. */
  final void announce() {
    announce(Result.endOf(latchedOutcome()));
  }

  private void announce(End end) {
    count(end);
    load.flightEnded(false);
    tell(latchedOutcome());
  }

  /** Ends the flight with what was published just before it won its slot; false if it has ended. */
  final boolean adopt(CachedValue<V> entry) {
    if (!STATE.compareAndSet(this, RUNNING, SETTLING) || !decide(entry, false) || !latch()) {
      return false;
    }
    load.flightEnded(false);
    tell(entry);
    return true;
  }

  /**
   * Ends the flight for everybody: timeout, abort or close. A flight that has decided and is not
   * yet published (others of its bulk may be stuck) is published.
   *
   * @return whether the flight ended with this failure
   */
  final boolean end(FetchException failure, End end) {
    boolean decides;
    synchronized (this) {
      decides = !decided;
      if (decides) {
        decided = true;
        outcome = failure;
      }
    }
    if (!latch()) {
      return false;
    }
    announce(decides ? end : Result.endOf(latchedOutcome()));
    engine.changes.listeners.tell();
    return decides;
  }

  /** Keeps the result out of L1 and newcomers out of the flight. */
  final void fence() {
    if (!hasEnded()) { // one that has ended stored before this write, or never will
      synchronized (this) {
        markFenced();
      }
    }
    engine.registry.remove(slot);
    engine.changes.tick(slot.key);
  }

  /**
   * Runs a write to this key that may turn out to change nothing, and fences if it changed
   * anything, as one step: the flight cannot store in between.
   */
  final boolean fenceIf(BooleanSupplier write) {
    synchronized (this) {
      boolean changed = write.getAsBoolean();
      if (changed) {
        markFenced();
      }
      return changed;
    }
  }

  /** Called under this. */
  private void markFenced() {
    if (!decided && !fenced && !hasEnded()) {
      synchronized (slot) {
        fenced = true;
        recordFence();
      }
      engine.registry.addFenced(slot);
      if (isFetch()) {
        engine.stats.fenced();
      }
      if (hasEnded()) {
        engine.registry.removeFenced(slot);
      }
    }
  }

  final void startTimer(long timeoutNanos) {
    try {
      setTimer(Threads.timer().schedule(this::timeOut, timeoutNanos, TimeUnit.NANOSECONDS));
    } catch (RuntimeException | Error noThread) { // without its timeout it might never end
      boolean unused = end(Failures.broken(noThread, slot.key, engine), End.FAILURE);
    }
    if (hasEnded()) {
      stopTimer();
    }
  }

  private void timeOut() {
    end(Failures.fetchTimeout(slot.key, engine), End.TIMEOUT);
  }

  /** Registers a handle's continuation. */
  final Registration onComplete(
      FetchHandle<V> handle,
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation) {
    return register(slot.continuations(engine).of(handle), name, options, continuation, false);
  }

  /** Registers a continuation of the key's. */
  final Registration onComplete(
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation,
      boolean onlyIfRunning) {
    return register(slot.continuations(engine).ofKey(), name, options, continuation, onlyIfRunning);
  }

  /** Returns a future of the flight's outcome, which watches like a continuation. */
  final CompletableFuture<Outcome<V>> watch() {
    CompletableFuture<Outcome<V>> future = slot.continuations(engine).watch();
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
    Registration registration =
        onlyIfRunning
            ? continuations.addOrThrowIfCompleted(name, options, continuation)
            : continuations.addOrRunNow(name, options, continuation);
    completeIfEnded();
    return registration;
  }

  private void completeIfEnded() {
    boolean ended;
    synchronized (slot) {
      ended = hasEnded();
    }
    if (ended) {
      slot.complete(Result.toOutcome(latchedOutcome()));
    }
  }

  final boolean hasEnded() {
    return state >= LATCHED;
  }

  final boolean isDying() {
    return state == ABANDONED;
  }

  /** Returns whether it ended with a failure of the library's own, not the loader's. */
  final boolean hasOwnFailure() {
    return state == LATCHED && outcome instanceof FetchException;
  }

  final InFlight<K> describe(long ageNanos) {
    int awaiting;
    synchronized (slot) {
      awaiting = live;
    }
    return new InFlight<>(
        slot.key, Duration.ofNanos(ageNanos), awaiting, slot.continuationCount(), fenced);
  }

  private void tell(Object result) {
    AwaiterHandle<V> last = awaiters; // nobody links or leaves any more
    awaiters = null;
    boolean aside = LoadStack.putAside();
    try {
      AwaiterHandle<V> withDependents = FanOut.deliverInline(last, result);
      engine.changes.tick(slot.key); // not before: an executor may run here what waits for a handle
      boolean heard = slot.continuationsIfAny() != null && slot.complete(Result.toOutcome(result));
      FanOut.deliverByTasks(withDependents, result, engine.callbacks);
      Throwable failure = Result.failureOf(result);
      if (failure != null && live == 0 && !heard && !(failure instanceof CacheClosedException)) {
        Failures.logUnheard(slot.key, engine, failure);
      }
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  private void freeSlot() {
    engine.registry.remove(slot);
    slot.end();
    if (fenced) {
      engine.registry.removeFenced(slot);
    }
  }

  private void count(End end) {
    if (isFetch()) {
      engine.stats.ended(end, startNanos);
    }
  }

  private Object failed(Throwable thrown) {
    Throwable cause = Failures.ofLoader(thrown, slot.key, engine);
    return cause == Failures.unwrap(thrown) ? new Outcome.Failure<V>(cause) : cause;
  }

  /** Unlinks those who have left, in place. Called under the slot. */
  private void sweep() {
    AwaiterHandle<V> kept = null;
    AwaiterHandle<V> handle = awaiters;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      if (!handle.hasLeft()) {
        kept = handle;
      } else {
        handle.next = null;
        if (kept == null) {
          awaiters = following;
        } else {
          kept.next = following;
        }
      }
      handle = following;
    }
    left = 0;
  }

  final Object latchedOutcome() {
    return state == ABANDONED ? new Outcome.Abandoned<V>() : Objects.requireNonNull(outcome);
  }
}
