package dev.slipstream;

import dev.slipstream.FlightResult.End;
import dev.slipstream.internal.Resumable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/*
 * One fetch of one key, shared by all callers that ask for the key while it runs. AwaitedFlight has its
 * state and its awaiters, DeliveredFlight the stages of its end, DecidedFlight the decision on its result
 * and the fence, ContinuedFlight its continuations, LoadedFlight what becomes of what the loader brought, and
 * this class what joins them: the loader's start and its end, timeout, abort and close.
 *
 * States and flags
 * ----------------
 * They are one word, control, which changes by compare-and-set or by an atomic addition. Any thread reads it.
 *
 *   state      entered by                                     left by
 *   ---------  ---------------------------------------------  -------------------------------------------------
 *   RUNNING    the claim of the slot                          the first to come of the next four
 *   CLOSING    a leaver that found nobody left, under the     the same leaver: to ABANDONED, unless a caller has
 *              slot's monitor; with a new stamp               joined; a joiner: to RUNNING; else as RUNNING
 *   SETTLING   the loader's end, if it leads to user code     the decision; timeout, abort, close
 *              (identity, insert callback)
 *   STORING    the thread that decides: it has the field      the same thread, when the value is stored or is not
 *              decision to itself, and L1 if it may store     to be
 *   DECIDED    that thread; the result is in decision         the first thread that latches: that one, a timeout,
 *                                                             abort or close while others of its bulk are stuck
 *   LATCHED    it                                             nobody
 *   ABANDONED  the last leaver                                nobody
 *
 *   flag       set by                                         read by
 *   ---------  ---------------------------------------------  -------------------------------------------------
 *   FENCED     a write to the key, before the decision        the decision: the result is not stored
 *   PINNED     prefetch, before its own leave                 a leaver: it abandons nothing
 *   LOCKED     a write that may change nothing, for its       a decision that may store: it waits
 *              duration; under the flight's monitor
 *   ADOPTED    the recheck, with its decision                 the end: it counts as a hit, not as a fetch
 *   WALKED     the first that walks the list of awaiters,     the thread that takes the list: it passes through
 *              under the slot's monitor                       the monitor first
 *   OVERDUE    the soft timeout                               a joiner: it may have an expired value instead
 *   GATHERING  the batching loader, which clears it           inFlight()
 *
 * Besides: broken, set when something threw between the claim and the end, and read by newcomers; and
 * DeliveredFlight's delivery, whose thread owns what the stages change.
 *
 * Completion
 * ----------
 * The loader's stage calls apply(). Settling runs the identity check and the insert callback, then decides:
 * an unfenced value enters L1 in the place of the entry that the recheck saw (none, or a refresh's base).
 * Only then is the outcome latched, and delivered. The last leaver ends an abandoned flight, and stops the
 * loader before its own leave returns. Timeout, abort and close decide for a flight that has not decided;
 * what its loader brings later is dropped. They wait for no store: a flight that is storing is ended by the
 * thread that stores. A flight that adopts what another has just published starts no loader.
 *
 * Removal
 * -------
 * The delivery frees the slot, naming it, so that a successor's is not touched; and last, so that until
 * everything is delivered the flight can be found there. A slot whose flight has ended is free for
 * newcomers, which replace it, again naming it. A fence removes the slot early. Nobody waits for a dying flight.
 *
 * Weak reachability
 * -----------------
 * The slot refers to the flight weakly. What keeps the flight alive is the loader (its stage, whose
 * callback the flight is; its queued task; its context), the timer of its timeout, and the handles of its
 * callers. When all of them are gone nobody can complete it and nobody waits; it is collected, and the
 * next call that finds or drains its slot completes the continuations, which live in the slot.
 *
 * Races and why they are benign
 * -----------------------------
 * Join against closing: a joiner pushes its handle and then reads the state; the closer enters CLOSING and
 * then reads the list. One of them sees the other: a joiner that sees CLOSING takes it back, and the closer
 * that sees a handle does. The stamp keeps a closer from going on after a joiner has come, taken CLOSING
 * back, and left again, and another leaver has begun to close.
 * Witness against leave: the witness is an awaiter that had not left when the list was last walked. A thread
 * that makes a handle the witness then reads whether it has left; a leaver marks its handle and then reads whether
 * it is the witness. One of them sees the other, so that the last one out always looks around; no other
 * leaver needs to, but for every 32nd or so, which clears the list of those that have left (G15).
 * Sweep against join and against the taking of the list: pushes and the taking are compare-and-sets of the
 * head; a sweep unlinks below the top freely, being alone under the slot's monitor, and the top only by
 * compare-and-set, whose failure leaves its link as it is. A list is delivered after the sweep has ended.
 * Soft timeout against join and end: it sets OVERDUE and then walks the list, and a joiner pushes and then reads
 * that: one sees the other. It marks handles as left under the monitor, after WALKED, while the list is not taken.
 * Last leave against completion: both leave RUNNING or CLOSING by compare-and-set; one of them wins.
 * Leave against delivery: a leave of a flight that has ended does nothing. One that came first is marked on
 * the handle and the delivery skips it; the handle's own completion is decided by its compare-and-set.
 * Late miss against publication: the value enters L1 before the outcome is latched, and a newcomer replaces
 * the slot only then, or finds it removed: so it finds the value in its recheck.
 * Fence against store: the fence sets its flag by compare-and-set before STORING, and the decision sees it;
 * or it finds STORING and waits until the value is in L1, from where the write then takes it. A write fences
 * before it changes L1, and again after, for a newcomer that adopted the old value in between.
 * Invalidation of a tag against store, and against join: see TagIndex and Rejoin. A joiner reads
 * whether a tag was invalidated since the flight began, and then keeps its loader; the decision says, before it
 * is latched, whether the load has that tag, and so before any handle is delivered.
 * Conditional write against store: LOCKED is set by compare-and-set before STORING, or after the store.
 * Fence against the end: the fence adds the slot to the set of detached ones and then looks whether the flight
 * has ended; the delivery, whose flight has ended, removes it if the flag is set. The second of the two
 * removals takes it out.
 * Continuation against completion: the end latches and then looks for continuations; a registrar publishes
 * its continuations and then looks whether the flight has ended. One of them sees the other, and both
 * completing is harmless, as the first outcome stands.
 * A store that calls back: the weigher, expiry or listener that a store runs may write to this very key, or
 * close the cache. It is known by its thread, which stands in decision meanwhile: such a fence does not wait,
 * such a close decides, and the store takes its value back when it returns.
 */
class Flight<K, V> extends LoadedFlight<K, V>
    implements BiFunction<@Nullable V, @Nullable Throwable, @Nullable Void> {
  /** Whether something threw before the end: if it has not ended, a newcomer is to end it. */
  private volatile boolean broken;

  /** Makes the flight of a call that missed. */
  Flight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> load) {
    super(core, key, load);
  }

  /** Returns the flight that a slot refers to; null if there is none, or it was collected. */
  @SuppressWarnings("unchecked") // only flights make slots, of their own types
  static <K, V> @Nullable Flight<K, V> in(@Nullable Slot<K, V> slot) {
    return slot == null ? null : (Flight<K, V>) slot.get();
  }

  /** Returns why it was begun. */
  FetchCause cause() {
    return FetchCause.MISS;
  }

  /** The fetch has ended, and is counted. Called with no lock held. */
  void reportEnd(End end) {}

  /** Its callers got an expired value, and it goes on. Called with no lock held. */
  void reportSoftTimeout() {
    core.stats.softTimeout();
  }

  /** The recheck is over, and the flight is a fetch. Called with no lock held. */
  void recordStart() {}

  @Override
  public final K key() {
    return slot.key;
  }

  @Override
  final Slot<K, V> place() {
    return slot;
  }

  @Override
  final void setGathering(boolean gathering) {
    if (gathering) {
      setFlag(GATHERING);
    } else {
      clearFlag(GATHERING);
    }
  }

  @Override
  public final long beganAfter() {
    return hasEnded() ? Long.MAX_VALUE : load.storeOptions().began();
  }

  @Override
  public final boolean loads(Object cache, Object key) {
    return core == cache && slot.isOf(key, Slot.hash(key));
  }

  @Override
  final void countEnded() {}

  @Override
  final void stopIfUnused(boolean byLeave) {
    boolean unused = cancel(byLeave);
  }

  /** Ends what was broken off, and delivers what was not: for a newcomer that finds the slot. */
  final void finishIfBroken() {
    if (broken && !hasEnded()) {
      end(Failures.BROKEN_OFF, End.FAILURE);
    } else if (hasEnded() && !isDelivered()) {
      deliver(By.ANOTHER);
    }
    slot.handOverByCaller();
  }

  /** Lets a newcomer end the flight; it makes nothing, as the memory may be at its end. */
  final void markBroken() {
    broken = true;
  }

  /** Ends the flight after something threw that should not: nobody may be left waiting. */
  final void breakOff(Throwable thrown) {
    broken = true; // first, and without a call: the stack or the memory may be at its end
    try {
      end(Failures.broken(thrown, slot.key, core.config), End.FAILURE);
      slot.handOverByCaller();
    } catch (Throwable again) {
      abandonOwnStore();
      core.config.timer().schedule((Resumable) this::finishIfBroken, 0, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Starts the loader, and waits for its stage without holding it up. Where too many loads wait on
   * this stack, it starts as a task.
   */
  final void start(AsyncLoader<? super K, ? extends V> loader) {
    if (LoadStack.isDeep()) {
      startElsewhere(loader);
    } else {
      LoaderStart.call(load, slot.key, loader, this, this);
    }
  }

  private void startElsewhere(AsyncLoader<? super K, ? extends V> loader) {
    try {
      LoadStack.startElsewhere(() -> startUnlessEnded(loader));
    } catch (RuntimeException | Error rejection) {
      settleAndPublish(null, new Failures.Rejection(rejection));
    }
  }

  /** Keeps the context of the caller that starts the flight; false if what that threw ends it. */
  final boolean captureContextOrEnd() {
    try {
      load.captureContext();
      return true;
    } catch (Throwable e) {
      settleAndPublish(null, e);
      return false;
    }
  }

  /** Starts the loader, unless close or abort has ended the flight meanwhile. */
  final void startUnlessEnded(AsyncLoader<? super K, ? extends V> loader) {
    try {
      if (!hasEnded()) {
        start(loader);
      }
    } catch (Throwable e) {
      breakOff(e);
    }
  }

  /** Ends the flight with what its loader brought; only the first call does anything. */
  @Override
  public final @Nullable Void apply(@Nullable V value, @Nullable Throwable failure) {
    settleAndPublish(value, failure);
    return null;
  }

  final void settleAndPublish(@Nullable V value, @Nullable Throwable failure) {
    try {
      if (settle(value, failure)) {
        publish();
      }
    } catch (Throwable e) {
      breakOff(e);
      throw e;
    }
  }

  /** Ends the flight since there is no place for its load. */
  final void refuse(Failures.Overload overload) {
    core.stats.rejected(1);
    settleAndPublish(null, overload);
  }

  /** Decides the result and stores it; false if the flight has ended otherwise meanwhile. */
  final boolean settle(@Nullable V value, @Nullable Throwable failure) {
    boolean insertsNow = failure == null && (value == null || !core.insertion.hasSteps());
    if (insertsNow) {
      StoreOptions options = load.storeOptions();
      return decide(newEntry(value, options), options.stores(), true);
    }
    if (!claim(SETTLING)) {
      discard(value);
      return false;
    }
    load.finish();
    return failure == null
        ? insert(Objects.requireNonNull(value))
        : decide(failed(failure), false, false);
  }

  private boolean insert(V fetched) {
    int loads = LoadStack.pushInsert(load);
    try {
      load.onStack = true;
      Inserted<V> inserted = inserted(fetched);
      return decide(inserted.result(), inserted.toStore(), inserted.brought());
    } catch (Throwable e) {
      FetchException failure = Failures.ofInsert(e, slot.key, core.config);
      return decide(new FlightResult.Refused<>(failure), false, false);
    } finally {
      load.onStack = false;
      LoadStack.pop(loads);
    }
  }

  /** Ends the flight with what was found outside of it; only the first call does anything. */
  final void conclude(Inserted<V> found) {
    try {
      if (decide(found.result(), found.toStore(), found.brought())) {
        publish();
      }
    } catch (Throwable e) {
      breakOff(e);
      throw e;
    }
  }

  /** Makes what the loader brought final, and delivers it. */
  private void publish() {
    if (latch()) {
      announce();
      slot.runByCaller();
    }
  }

  /**
   * Delivers what was latched; called by the loader's thread, which latched, and which then is to
   * call {@link Slot#runByCaller}.
   */
  final void announce() {
    announce(result().end(), By.LOADER);
  }

  private void announce(End end, By by) {
    try {
      count(end);
      if (by == By.LOADER) { // what delivers if a listener is stuck is the timeout, or close
        reportEndOfFetch(end);
      }
    } finally {
      deliver(by);
    }
    if (by != By.LOADER) {
      reportEndOfFetch(end);
    }
    core.notifier().listeners.deliver();
  }

  @Override
  final void abandoned() {
    slot.end();
    try {
      count(End.ABANDONED);
    } finally {
      deliver(By.LEAVER);
    }
    reportEndOfFetch(End.ABANDONED);
  }

  private void count(End end) {
    if (isFetch() && !isSet(control(), ADOPTED)) {
      core.stats.ended(end, startNanos);
    }
  }

  private void reportEndOfFetch(End end) {
    if (isFetch() && !isSet(control(), ADOPTED)) {
      reportEnd(end);
    }
  }

  /**
   * Decides for what was published just before the flight won its slot, and ends it; false if it
   * has ended otherwise.
   */
  final boolean adopt(CachedValue<V> entry) {
    if (!decideToAdopt(entry)) {
      return false;
    }
    if (latch()) {
      announce(result().end(), By.ANOTHER);
    }
    return true;
  }

  /**
   * Ends the flight for everybody: timeout, abort or close. A flight that has decided and is not
   * yet published (others of its bulk may be stuck) is published; what is left of a delivery is
   * delivered.
   *
   * @return whether the flight ended with this failure
   */
  final boolean end(FetchException failure, End end) {
    boolean decides = decideEarly(new FlightResult.Refused<>(failure), end == End.TIMEOUT);
    if (latch()) {
      announce(decides ? end : result().end(), By.ANOTHER);
    } else if (hasEnded()) {
      deliver(By.ANOTHER);
    }
    return decides;
  }

  final void startTimer(long timeoutNanos) {
    startTimer((Resumable) this::timeOut, timeoutNanos);
  }

  final void startTimer(Resumable task, long nanos) {
    setTimer(core.config.timer().schedule(task, nanos, TimeUnit.NANOSECONDS));
    if (isDelivered()) {
      stopTimer();
    }
  }

  private void timeOut() {
    end(Failures.fetchTimeout(slot.key, core.config), End.TIMEOUT);
  }

  final InFlight<K> describe(long ageNanos) {
    return new InFlight<>(
        slot.key,
        cause(),
        Duration.ofNanos(ageNanos),
        awaiting(),
        slot.continuationCount(),
        isFenced(),
        fetchId(),
        phase());
  }

  private InFlight.Phase phase() {
    int seen = control();
    if (isSet(seen, GATHERING)) {
      return InFlight.Phase.GATHERING;
    }
    if (core.bulkhead != null && core.bulkhead.isQueued(slot)) {
      return InFlight.Phase.QUEUED;
    }
    return isSet(seen, OVERDUE) ? InFlight.Phase.OVERDUE : InFlight.Phase.LOADING;
  }
}
