package dev.slipstream;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the result of a flight is decided, once: stored, or never to be. A write to the key fences
 * the flight, and fence and store exclude each other (G10). {@link Flight} has the argument.
 */
abstract class DecidedFlight<K, V> extends DeliveredFlight<K, V> {
  private static final FlightResult<Object> BROKEN =
      new FlightResult.Refused<>(Failures.BROKEN_OFF);

  private static final int SPINS = 256;
  private static final long FIRST_NAP_NANOS = 1_000;

  /** What the recheck of a refresh saw: the entry to replace. Written before the loader starts. */
  private @Nullable CachedValue<V> base;

  /** The thread that decides, while STORING; then the {@link FlightResult}. */
  private @Nullable Object decision;

  DecidedFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> bulk) {
    super(core, key, bulk);
  }

  /** Returns whether its end counts as a fetch's. */
  boolean isFetch() {
    return true;
  }

  /** Its result has changed L1. Called while STORING. */
  void recordStore() {}

  /** Its failure keeps the key from being fetched for a time. Called while STORING. */
  void recordBackoff() {}

  /** Replaces L1's entry {@code base} by what is loaded. */
  final void setBase(@Nullable CachedValue<V> base) {
    this.base = base;
  }

  /** Returns L1's entry that is to be replaced; null if there is none, or the decision is taken. */
  final @Nullable CachedValue<V> base() {
    return base;
  }

  /**
   * Notes whether a load has failed, for the calls that come next. Called while STORING, so before
   * the slot is free, and no write to the key can come in between.
   *
   * @param after what the user's predicates have said of the failure
   * @return what the flight comes to
   */
  private FlightResult<V> noted(FlightResult<V> result, @Nullable AfterFailure after) {
    L1<K, V> l1 = core.l1();
    Throwable failure = result.failure();
    if (failure == null && !l1.remembersFailures()) {
      return result;
    }
    try {
      if (failure == null) {
        if (!isFenced()) { // else a newer flight's
          l1.clearFailure(slot.key);
        }
        return result;
      }
      AfterFailure judged = isFenced() ? null : after;
      if (judged != null && judged.remembered()) {
        remember(failure);
      }
      boolean covered = judged != null && judged.covered();
      Retained<V> kept = covered ? l1.retained(slot.key) : null;
      CachedValue<V> delayed = kept == null ? base : kept.entry();
      if (delayed != null && delayed.loadFailed(l1.now(), covered)) {
        recordBackoff();
      }
      return kept == null ? result : new FlightResult.Covered<>(failure, kept.entry());
    } catch (Throwable e) { // the key's hashCode, say: the end does not depend on it
      return result;
    }
  }

  /** A load has succeeded whose value does not replace what an earlier failure has delayed. */
  private void endBackoff() {
    if (isFenced()) {
      return;
    }
    try {
      if (base != null) {
        base.loadSucceeded();
      }
      Retained<V> kept = core.l1().retained(slot.key);
      if (kept != null) {
        kept.entry().loadSucceeded();
      }
    } catch (Throwable e) { // the key's hashCode, say: the end does not depend on it
      return;
    }
  }

  private void remember(Throwable failure) {
    StoreOptions options = load.storeOptions();
    RememberedFailure remembered = new RememberedFailure(failure, options.tags());
    core.tags.link(slot.key, remembered);
    if (core.tags.isOutdated(options)) {
      core.tags.unlink(remembered);
    } else {
      core.l1().rememberFailure(slot.key, remembered);
    }
  }

  /**
   * Takes the decision: the result is stored, or never will be. False if another was taken.
   *
   * @param brought whether the loader has brought the value: it is lost if nobody receives it
   */
  final boolean decide(FlightResult<V> result, boolean toStore, boolean brought) {
    AfterFailure after = core.l1().judge(result); // while no write to the key waits
    Thread self = Thread.currentThread();
    boolean again = decision == self && stateOf(control()) == STORING; // one that was cut short
    if (!again && (toStore ? !claimToStore() : !claim(STORING))) {
      if (brought) {
        discard(result.value());
      }
      return false;
    }
    FlightResult<V> settled;
    try {
      decision = self;
      finishLoad(); // only now: the load of a flight that was abandoned is to see that
      if (toStore && !isFenced() && result instanceof CachedValue<V> entry) {
        settled = store(entry, brought);
      } else {
        settled = brought ? unstored(result) : result;
        noteOutdated(result.failure() == null);
        if (result.failure() == null) {
          endBackoff();
        }
      }
      settled = noted(settled, settled == result ? after : core.l1().judge(settled));
    } catch (Throwable e) {
      if (decision == self) { // without a call, for want of stack: any thread may end the store
        decision = BROKEN;
      }
      throw e;
    }
    if (decision != self) { // the weigher, say, that the store ran has closed the cache
      if (settled instanceof UnstoredValue<V> lost) {
        lost.release();
      }
      return false;
    }
    decision = settled;
    releaseBase();
    endStoring(0);
    return true;
  }

  /** Called while STORING, with no result yet: nothing can latch, and so nothing cancels. */
  private void finishLoad() {
    if (load == this) {
      finishAlone();
    } else {
      load.finish();
    }
  }

  /** Lets go of the entry that was to be replaced, unless its value may come late from a reload. */
  private void releaseBase() {
    if (core.config.discards() == null) {
      base = null;
    }
  }

  /** Returns a result whose value is not stored: it is lost if no caller receives it. */
  private FlightResult<V> unstored(FlightResult<V> result) {
    V value = result.value();
    if (core.config.discards() == null || value == null || isReplaced(value)) {
      return result;
    }
    K key = slot.key;
    return new UnstoredValue<>(value, () -> core.discard(key, value));
  }

  /** Notifies the discard listener, if there is one, of what the loader brought in vain. */
  final void discard(@Nullable V value) {
    if (value != null && !isReplaced(value)) {
      core.discard(slot.key, value);
    }
  }

  /** Returns whether it is the value that was cached when the loader started: it is not lost. */
  private boolean isReplaced(V value) {
    CachedValue<V> replaced = base;
    return replaced != null && replaced.value() == value;
  }

  /** Enters a state, from RUNNING, CLOSING or SETTLING. */
  final boolean claim(int state) {
    int seen = control();
    while (stateOf(seen) < state && stateOf(seen) <= SETTLING) {
      if (compareAndSet(seen, inState(seen, state))) {
        return true;
      }
      seen = control();
    }
    return false;
  }

  /** Enters STORING, when no conditional write is at work on the key. */
  private boolean claimToStore() {
    int seen = control();
    while (stateOf(seen) <= SETTLING) {
      if (isSet(seen, LOCKED) && !Thread.holdsLock(this)) {
        synchronized (this) { // which the write holds
          seen = control();
        }
      } else if (compareAndSet(seen, inState(seen, STORING))) {
        return true;
      } else {
        seen = control();
      }
    }
    return false;
  }

  /**
   * Notes whether a tag of the load was invalidated since it began; returns whether.
   *
   * @param lost whether what it brought is out of the reach of a later invalidation
   */
  private boolean noteOutdated(boolean lost) {
    StoreOptions options = load.storeOptions();
    boolean outdated = core.tags.isOutdated(options);
    if (outdated || (lost && !options.tags().isEmpty())) {
      load.setOutdated();
    }
    LedgerLink<K, V> ledger = core.ledger;
    if (outdated && ledger != null) { // which has got it, perhaps
      long debt = ledger.debts.owe(slot.key);
      core.config.callbacks().execute(() -> ledger.invalidated(slot.key, debt));
    }
    return outdated;
  }

  private FlightResult<V> store(CachedValue<V> entry, boolean brought) {
    L1<K, V> l1 = core.l1();
    if (entry instanceof TaggedValue) {
      core.tags.link(slot.key, entry); // first: TagIndex has the argument
      if (noteOutdated(entry.value() == null && !l1.remembersAbsences())) {
        core.tags.unlink(entry);
        endBackoff();
        return brought ? unstored(entry) : entry;
      }
    }
    boolean stored;
    try {
      stored = l1.store(slot.key, base, entry);
      if (stored && !isFenced()) {
        recordStore();
      }
    } catch (Throwable e) {
      if (!takeBackIfStored(l1, entry) && brought) {
        discard(entry.value());
      }
      return new FlightResult.Refused<>(Failures.ofInsert(e, slot.key, core.config));
    }
    if (isFenced() || stateOf(control()) != STORING) { // by user code that the store ran
      boolean unused = l1.takeBack(slot.key, entry);
    }
    return stored || !brought ? entry : unstored(entry);
  }

  /**
   * Undoes a store that has thrown: the value is there if it was a listener's note that failed.
   * Returns whether it was.
   */
  private boolean takeBackIfStored(L1<K, V> l1, CachedValue<V> entry) {
    try {
      return l1.takeBack(slot.key, entry);
    } catch (RuntimeException e) {
      Failures.logBadKey(slot.key, core.config, e); // its hashCode, say: so it was not stored
      return false;
    }
  }

  /**
   * Decides from outside: false if the flight has decided, or another thread is storing.
   *
   * @param ofLoad whether the failure is the load's, which took too long
   */
  final boolean decideEarly(FlightResult<V> result, boolean ofLoad) {
    AfterFailure after = ofLoad ? core.l1().judge(result) : null;
    boolean stores = stateOf(control()) == STORING;
    Object decider = decision;
    if (stores && decider instanceof FlightResult) { // its thread comes next, or has broken off
      decision = decider; // for those that see the state that this thread enters
      endStoring(0);
      return false;
    }
    boolean ownStore = stores && decider == Thread.currentThread();
    if (!ownStore && !claim(STORING)) {
      return false;
    }
    FlightResult<V> settled = result;
    if (ofLoad) {
      try {
        settled = noted(result, after);
      } catch (Throwable e) { // no stack: the failure will do
        settled = result;
      }
    }
    decision = settled;
    releaseBase();
    endStoring(0);
    return true;
  }

  /** Lets any thread end the store that this thread has begun and cannot end. */
  final void abandonOwnStore() {
    if (decision == Thread.currentThread()) {
      decision = BROKEN;
    }
  }

  /** Decides for an entry that was published just before the flight won its slot. */
  final boolean decideToAdopt(CachedValue<V> entry) {
    if (!claim(STORING)) {
      return false;
    }
    decision = entry;
    endStoring(ADOPTED);
    return true;
  }

  /** Makes what was decided final; true for the call that did. */
  boolean latch() {
    int seen = control();
    while (stateOf(seen) == DECIDED) {
      if (compareAndSet(seen, inState(seen, LATCHED))) {
        slot.end();
        recordEnd();
        return true;
      }
      seen = control();
    }
    return false;
  }

  /** Keeps the result out of L1 and newcomers out of the flight. */
  final void fence() {
    markFenced();
    core.registry.remove(slot);
    core.notifier().tick(slot.key);
  }

  /** Marks a flight that has not decided; waits for one that is storing. */
  private void markFenced() {
    int naps = 0;
    int seen = control();
    while (stateOf(seen) < DECIDED && !isSet(seen, FENCED)) {
      if (stateOf(seen) == STORING && decision != Thread.currentThread()) {
        nap(naps++);
      } else if (tryFence(seen)) {
        fenced();
        return;
      }
      seen = control();
    }
  }

  boolean tryFence(int seen) {
    return compareAndSet(seen, seen | FENCED);
  }

  private void fenced() {
    core.registry.addDetached(slot);
    if (isFetch()) {
      core.stats.fenced();
    }
    if (hasEnded()) {
      core.registry.removeDetached(slot);
    }
  }

  /** Waits a little, and longer each time: a store is short unless its user code is not. */
  private static void nap(int naps) {
    if (naps < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(FIRST_NAP_NANOS << Math.min(naps - SPINS, 10));
    }
  }

  /**
   * Runs a write to this key that may turn out to change nothing, and fences if it changed
   * anything, as one step: the flight cannot store in between.
   */
  final boolean fenceIf(BooleanSupplier write) {
    synchronized (this) {
      boolean locks = lock();
      try {
        boolean changed = write.getAsBoolean();
        if (changed) {
          markFenced();
        }
        return changed;
      } finally {
        if (locks) {
          clearFlag(LOCKED);
        }
      }
    }
  }

  /** Sets LOCKED, unless it is set or the flight has decided. Called under this. */
  private boolean lock() {
    int naps = 0;
    int seen = control();
    while (stateOf(seen) < DECIDED && !isSet(seen, LOCKED)) {
      if (stateOf(seen) == STORING) {
        if (decision == Thread.currentThread()) {
          return false;
        }
        nap(naps++);
      } else if (compareAndSet(seen, seen | LOCKED)) {
        return true;
      }
      seen = control();
    }
    return false;
  }

  @Override
  @SuppressWarnings("unchecked")
  final FlightResult<V> result() {
    return stateOf(control()) == ABANDONED
        ? new FlightResult.Abandoned<>()
        : (FlightResult<V>) Objects.requireNonNull(decision);
  }
}
