package dev.slipstream;

import dev.slipstream.StatsRecorder.End;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import java.time.Duration;
import java.util.Objects;
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
 * Exactly one transition leaves each state, under the flight's own monitor. That monitor guards the
 * state, the outcome, and the list of awaiters with its counts; it is held for a few instructions,
 * never while anything else is called.
 *
 * The store monitor (the slot's) is another one. Under it the flight is fenced, and under it the
 * result is decided: stored, or not. It is held while L1 runs the user's weigher and expiry, and so a
 * write to this very key waits for them; nobody else takes it but those who end a flight early. It is
 * taken before the flight's own monitor and before L1's locks, never after.
 *
 * Who completes
 * -------------
 * The loader's stage calls accept(). Settling runs the identity check and the insert callback with no
 * lock held, then decides under the store monitor: if the flight is not fenced, the value enters L1
 * in the place of the entry that the recheck saw (none, or a refresh's base). Only then is the slot
 * freed, the outcome latched, and everybody told: first handles that have no dependents, then
 * continuations, then handles that have, each of the latter two as a task.
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
 * The slot refers to the flight weakly. What keeps it alive is the loader's stage, whose callback it
 * is, the timer of its timeout, and the handles of its callers. When all of them are gone nobody can
 * complete it and nobody waits; it is collected, and the next call that finds or drains its slot tells
 * the continuations, which live in the slot. The load's context, which user code may keep, has no way
 * to the flight.
 *
 * Races and why they are benign
 * -----------------------------
 * Join against last leave: both hold the monitor; a joiner is counted before the state can turn
 * ABANDONED, or finds it so and starts a flight of its own.
 * Leave against completion: to leave a flight that has latched does nothing. A leave that came first
 * is marked on the handle and the fan-out skips it; the handle's own completion is decided by its
 * compare-and-set, and whoever loses it finds it done.
 * Late miss against publication: the value enters L1 before the slot is freed, so that a caller which
 * missed L1 and then wins the slot finds the value in its recheck.
 * Fence against store: both hold the store monitor, and a write fences before it changes L1, and again
 * after, for a newcomer that adopted the old value in between.
 * Continuation against completion: the end writes the outcome and then looks for continuations; a
 * registrar publishes its continuations and then looks for the outcome. One of them sees the other's,
 * and both completing is harmless, as the first outcome stands.
 * Fence against end: the fence adds the slot to the set of fenced flights and then looks whether the
 * flight has ended; the end writes the state and then looks whether it was fenced.
 */
final class Flight<K, V> implements BiConsumer<@Nullable V, @Nullable Throwable> {
  private static final int SWEEP_THRESHOLD = 32;

  final Engine<K, V> engine;
  final Slot<K, V> slot;
  final LoadContext context;
  final long startNanos = System.nanoTime();

  /** What the recheck of a refresh saw: the entry to replace. Written before the loader starts. */
  private @Nullable CachedValue<V> base;

  // states: RUNNING -> SETTLING -> LATCHED, RUNNING -> ABANDONED. Written under this, read by any.
  private volatile State state = State.RUNNING;

  /**
   * A CachedValue, an Outcome.Failure or an Outcome.Abandoned; written under this, before the
   * state.
   */
  private @Nullable Object outcome;

  /** The awaiters in the order they came, some of which have left. Guarded by this. */
  private @Nullable AwaiterHandle<V> head;

  private @Nullable AwaiterHandle<V> tail;

  /** The awaiters in the list that have not left, and those that have. Guarded by this. */
  private int live;

  private int left;

  /** No leave abandons it. Guarded by this. */
  private boolean pinned;

  /** The failure is the library's own, not the loader's. Written before the outcome. */
  private boolean ownFailure;

  /** Whether its end counts as a fetch's. Written before it is published, or before it latches. */
  private boolean counted = true;

  /** Its result is not to be stored. Written under the slot; read by any. */
  private volatile boolean fenced;

  /** Its result is stored, or will never be. Guarded by the slot. */
  private boolean decided;

  Flight(Engine<K, V> engine, K key, LoadContext context) {
    this.engine = engine;
    this.context = context;
    this.slot = engine.registry.newSlot(key, this);
  }

  /** Seats the caller that makes the flight, before anybody else can see it. */
  void seatOriginator(AwaiterHandle<V> handle) {
    head = handle;
    tail = handle;
    live = 1;
  }

  /** Makes a flight that lives without awaiters and counts as no fetch, before others see it. */
  void pinUncounted() {
    pinned = true;
    counted = false;
  }

  /** Keeps leaves from abandoning it; called by one who has a seat. */
  synchronized void pin() {
    pinned = true;
  }

  /**
   * Links the handle, or tells it the outcome; false if the flight is dying and not to be joined.
   */
  boolean join(AwaiterHandle<V> handle) {
    synchronized (this) {
      if (state == State.ABANDONED) {
        return false;
      }
      if (state != State.LATCHED) {
        link(handle);
        return true;
      }
    }
    handle.deliver(latchedOutcome());
    return true;
  }

  /** Takes a caller off. The last one to leave a running flight ends it. */
  void leave(AwaiterHandle<V> handle) {
    synchronized (this) {
      if (hasEnded() || !handle.markLeft()) {
        return;
      }
      live--;
      left++;
      if (live > 0 || pinned || engine.finishesAbandoned || state != State.RUNNING) {
        if (left > Math.max(SWEEP_THRESHOLD, live)) {
          sweep();
        }
        return;
      }
      outcome = new Outcome.Abandoned<V>();
      state = State.ABANDONED;
      head = null;
      tail = null;
    }
    abandoned();
  }

  private void abandoned() {
    freeSlot();
    count(End.ABANDONED);
    boolean aside = LoadStack.putAside();
    try {
      context.flightEnded();
    } finally {
      if (aside) {
        LoadStack.pop();
      }
    }
    slot.complete(new Outcome.Abandoned<>());
  }

  /** Replaces L1's entry {@code base} by what is loaded. */
  void setBase(@Nullable CachedValue<V> base) {
    this.base = base;
  }

  /** Calls the loader, on this thread, and waits for its stage without holding it up. */
  void start(AsyncLoader<? super K, ? extends V> loader) {
    CompletionStage<? extends V> stage;
    LoadStack.push(context);
    try {
      stage = loader.load(slot.key, context);
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      accept(null, e);
      return;
    } finally {
      LoadStack.pop();
    }
    if (stage == null) {
      accept(null, new NullPointerException(Failures.nullStage(loader, slot.key, engine.name)));
    } else {
      context.await(stage, this);
    }
  }

  /** Ends the flight with what its loader brought; only the first call does anything. */
  @Override
  public void accept(@Nullable V value, @Nullable Throwable failure) {
    Object result = settle(value, failure);
    if (result != null) {
      publish(result);
    }
  }

  /** Settles the result and stores it; null if the flight has ended otherwise meanwhile. */
  @Nullable Object settle(@Nullable V value, @Nullable Throwable failure) {
    synchronized (this) {
      if (state != State.RUNNING) {
        return null;
      }
      state = State.SETTLING;
    }
    context.finish();
    return failure == null ? settleValue(value) : decide(failed(failure), false);
  }

  private @Nullable Object settleValue(@Nullable V fetched) {
    if (fetched == null || !engine.hasInsertSteps()) {
      return decide(engine.newEntry(fetched), true);
    }
    LoadStack.push(context);
    try {
      FetchException misfit = engine.misfit(slot.key, fetched);
      if (misfit != null) {
        ownFailure = true;
        return decide(new Outcome.Failure<V>(misfit), false);
      }
      CachedValue<V> current = engine.readsCurrent() ? engine.l1.peek(slot.key) : null;
      V canonical = engine.canonical(slot.key, fetched, current == null ? null : current.value());
      if (current != null && canonical == current.value()) {
        return decide(current, false);
      }
      return decide(engine.newEntry(canonical), true);
    } catch (Throwable e) {
      return decide(insertFailed(e), false);
    } finally {
      LoadStack.pop();
    }
  }

  /** Takes the decision: the result is stored, or never will be. */
  private @Nullable Object decide(Object result, boolean toStore) {
    synchronized (slot) {
      if (decided) {
        return null;
      }
      decided = true;
      if (fenced || !toStore) {
        return result;
      }
      @SuppressWarnings("unchecked")
      CachedValue<V> entry = (CachedValue<V>) result;
      try {
        engine.l1.store(slot.key, base, entry);
      } catch (Throwable e) {
        return insertFailed(e);
      }
      if (fenced) {
        engine.l1.takeBack(slot.key, entry); // its own weigher or expiry invalidated the key
      }
      return result;
    }
  }

  /** Frees the slot, latches the outcome and tells everybody. */
  void publish(Object result) {
    freeSlot();
    AwaiterHandle<V> first;
    boolean awaited;
    synchronized (this) {
      outcome = result;
      state = State.LATCHED;
      first = head;
      awaited = live > 0;
      head = null;
      tail = null;
    }
    count(endOf(result));
    context.flightEnded();
    tell(result, first, awaited, true);
  }

  /** Ends the flight with what was published just before it won its slot; false if it has ended. */
  boolean adopt(CachedValue<V> entry) {
    synchronized (this) {
      if (state != State.RUNNING) {
        return false;
      }
      state = State.SETTLING;
    }
    synchronized (slot) {
      if (decided) {
        return false;
      }
      decided = true;
    }
    counted = false;
    publish(entry);
    return true;
  }

  /**
   * Ends the flight for everybody: timeout, abort or close.
   *
   * @return false if it has ended, or its result is decided
   */
  boolean end(FetchException failure, End end) {
    AwaiterHandle<V> first;
    boolean awaited;
    Object result = new Outcome.Failure<V>(failure);
    synchronized (slot) {
      synchronized (this) {
        if (decided || hasEnded()) {
          return false;
        }
        decided = true;
        ownFailure = true;
        outcome = result;
        state = State.LATCHED;
        first = head;
        awaited = live > 0;
        head = null;
        tail = null;
      }
    }
    freeSlot();
    count(end);
    context.flightEnded();
    tell(result, first, awaited, !(failure instanceof CacheClosedException));
    return true;
  }

  /** Keeps the result out of L1 and newcomers out of the flight. */
  void fence() {
    synchronized (slot) {
      markFenced();
    }
    engine.registry.remove(slot);
    if (hasEnded()) {
      engine.registry.removeFenced(slot);
    }
  }

  /**
   * Runs a write to this key that may turn out to change nothing, and fences if it changed
   * anything, as one step: the flight cannot store in between.
   */
  boolean fenceIf(BooleanSupplier write) {
    synchronized (slot) {
      boolean changed = write.getAsBoolean();
      if (changed) {
        markFenced();
      }
      return changed;
    }
  }

  /** Called under the slot. */
  private void markFenced() {
    if (!decided && !fenced && !hasEnded()) {
      fenced = true;
      engine.registry.addFenced(slot);
      if (counted) {
        engine.stats.fenced();
      }
    }
  }

  void startTimer(long timeoutNanos) {
    context.setTimer(Timer.schedule(this::timeOut, timeoutNanos, TimeUnit.NANOSECONDS));
    if (hasEnded()) {
      context.stopTimer();
    }
  }

  void timeOut() {
    end(Failures.fetchTimeout(slot.key, engine), End.TIMEOUT);
  }

  /** Registers a handle's continuation. */
  Registration onComplete(
      FetchHandle<V> handle, String name, Continuation<? super V> continuation) {
    FlightContinuations<V> all = slot.continuations(engine);
    Registration registration = all.of(handle).addOrRunNow(name, continuation);
    return completeIfEnded() && registration == Registration.ADDED
        ? Registration.RAN_NOW
        : registration;
  }

  /** Tells continuations that were published while the flight ended. */
  boolean completeIfEnded() {
    if (!hasEnded()) {
      return false;
    }
    slot.complete(toOutcome(latchedOutcome()));
    return true;
  }

  boolean hasEnded() {
    State now = state;
    return now == State.LATCHED || now == State.ABANDONED;
  }

  boolean isAbandoned() {
    return state == State.ABANDONED;
  }

  boolean hasOwnFailure() {
    return ownFailure;
  }

  synchronized InFlight<K> describe(long ageNanos) {
    return new InFlight<>(
        slot.key, Duration.ofNanos(ageNanos), live, slot.continuationCount(), fenced);
  }

  private void tell(
      Object result, @Nullable AwaiterHandle<V> first, boolean awaited, boolean logged) {
    boolean aside = LoadStack.putAside();
    try {
      FanOut<V> fanOut = new FanOut<>(result);
      fanOut.deliverInline(first);
      boolean heard = slot.continuationsIfAny() != null && slot.complete(toOutcome(result));
      fanOut.deliverByTasks(engine.callbacks);
      if (logged && !awaited && !heard && result instanceof Outcome.Failure<?> failure) {
        Failures.logUnheard(slot.key, engine, failure.cause());
      }
    } finally {
      if (aside) {
        LoadStack.pop();
      }
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
    if (counted) {
      engine.stats.ended(end, startNanos);
    }
  }

  private Object failed(Throwable thrown) {
    Throwable cause = Failures.ofLoader(thrown, slot.key, engine);
    ownFailure = cause != Failures.unwrap(thrown);
    return new Outcome.Failure<V>(cause);
  }

  private Object insertFailed(Throwable thrown) {
    ownFailure = true;
    return new Outcome.Failure<V>(Failures.ofInsert(thrown, slot.key, engine));
  }

  /** Appends to the list. Called under this. */
  private void link(AwaiterHandle<V> handle) {
    AwaiterHandle<V> last = tail;
    if (last == null) {
      head = handle;
    } else {
      last.next = handle;
    }
    tail = handle;
    live++;
  }

  /** Unlinks those who have left. Called under this. */
  private void sweep() {
    AwaiterHandle<V> handle = head;
    head = null;
    tail = null;
    live = 0;
    left = 0;
    while (handle != null) {
      AwaiterHandle<V> following = handle.next;
      handle.next = null;
      if (!handle.hasLeft()) {
        link(handle);
      }
      handle = following;
    }
  }

  private Object latchedOutcome() {
    return Objects.requireNonNull(outcome);
  }

  private static End endOf(Object result) {
    if (result instanceof CachedValue<?> entry) {
      return entry.value() == null ? End.ABSENT : End.SUCCESS;
    }
    return End.FAILURE;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <V> @Nullable V valueOf(Object outcome) {
    return outcome instanceof CachedValue<?> entry ? ((CachedValue<V>) entry).value() : null;
  }

  static @Nullable Throwable failureOf(Object outcome) {
    return outcome instanceof Outcome.Failure<?> failure ? failure.cause() : null;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <V> Outcome<V> toOutcome(Object outcome) {
    return outcome instanceof CachedValue<?> entry
        ? new Outcome.Success<>(((CachedValue<V>) entry).value())
        : (Outcome<V>) outcome;
  }

  private enum State {
    RUNNING,
    SETTLING,
    LATCHED,
    ABANDONED
  }
}
