package dev.slipstream;

import dev.slipstream.view.EntryView;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every write to L1 that is not a fetch's own. A write fences before and after it changes L1:
 * before, so that a flight that began earlier cannot store over it or after it; after, so that a
 * newcomer which won the slot in between and adopted the old value is not joined any more (G10).
 */
final class FencedWrites<K, V> {
  private final CacheCore<K, V> core;
  private final LostFlights<K, V> lost;
  private final L1<K, V> l1;
  private final Notifier<K, V> notifier;
  private final @Nullable LedgerLink<K, V> ledger;

  FencedWrites(CacheCore<K, V> core, LostFlights<K, V> lost) {
    this.core = core;
    this.lost = lost;
    this.l1 = core.l1();
    this.notifier = core.notifier();
    this.ledger = core.ledger;
  }

  @Nullable V put(K key, V value) {
    return put(key, value, Set.of());
  }

  @Nullable V put(K key, V value, Set<String> tags) {
    core.requireOpen();
    CachedValue<V> entry = l1.newEntry(value, tags);
    long debt = owe(key);
    core.tags.link(key, entry);
    fence(key);
    V previous = wrote(key, entry, putOrUnlink(key, entry));
    core.stats.put();
    if (ledger != null) {
      ledger.put(key, value, debt);
    }
    return previous;
  }

  private @Nullable CachedValue<V> putOrUnlink(K key, CachedValue<V> entry) {
    try {
      return l1.map().put(key, entry);
    } catch (Throwable e) { // of the user's weigher, say
      core.tags.unlink(entry);
      throw e;
    }
  }

  /** Stores an entry of a view. */
  void put(EntryView<? extends K, ? extends V> view, CachedValue<V> entry) {
    core.requireOpen();
    fence(view.key());
    V unused = wrote(view.key(), entry, l1.put(view, entry));
  }

  private @Nullable V wrote(K key, CachedValue<V> entry, @Nullable CachedValue<V> previous) {
    core.tags.unlink(previous);
    l1.clearMarks(key);
    fence(key);
    notifier.written(key, valueOf(previous), entry);
    return valueOf(previous);
  }

  @Nullable V remove(K key) {
    core.requireOpen();
    long debt = owe(key);
    V previous = removeHere(key);
    if (ledger != null) {
      ledger.invalidated(key, debt);
    }
    return previous;
  }

  /** Removes what another node has invalidated. */
  void forget(K key) {
    if (!core.isClosed()) {
      V unused = removeHere(key);
    }
  }

  private @Nullable V removeHere(K key) {
    fence(key);
    CachedValue<V> previous = l1.map().remove(key);
    core.tags.unlink(previous);
    l1.clearMarks(key);
    fence(key);
    notifier.removed(key, valueOf(previous));
    return valueOf(previous);
  }

  /** Removes an entry, unless another has come in its place. */
  void removeIfStill(K key, CachedValue<V> entry) {
    fence(key);
    if (l1.map().remove(key, entry)) {
      core.tags.unlink(entry);
      fence(key);
      notifier.removed(key, entry.present());
    }
  }

  /** Removes what has a tag, and keeps loads that began before from bringing more. */
  void removeTagged(String tag) {
    core.requireOpen();
    core.tags.invalidate(tag, this::removeTagged);
    core.pruneTags();
  }

  private void removeTagged(Tagged mark, K key) {
    try {
      removeIfTagged(mark, key);
    } catch (RuntimeException e) { // of the key's hashCode or equals: the others go all the same
      Failures.logBadKey(key, core.config, e);
    }
  }

  private void removeIfTagged(Tagged mark, K key) {
    long debt = owe(key);
    fence(key);
    boolean removed = mark instanceof CachedValue && l1.map().remove(key, mark);
    if (removed) {
      core.tags.unlink(mark);
    }
    l1.clearMarks(key);
    fence(key);
    if (removed && mark instanceof CachedValue<?> entry) {
      notifier.removed(key, valueOf(unchecked(entry)));
    }
    if (ledger != null) {
      ledger.invalidated(key, debt);
    }
  }

  @SuppressWarnings("unchecked") // what is linked with a key is of this cache
  private CachedValue<V> unchecked(CachedValue<?> entry) {
    return (CachedValue<V>) entry;
  }

  void clear() {
    core.requireOpen();
    long debt = ledger == null ? LedgerDebts.NONE : ledger.debts.oweAll();
    clearHere();
    if (ledger != null) {
      ledger.invalidatedAll(debt);
    }
  }

  /** Removes everything, since another node has invalidated it, or may have. */
  void forgetAll() {
    if (!core.isClosed()) {
      clearHere();
    }
  }

  private void clearHere() {
    fenceAll();
    if (notifier.observesEntries() || !core.tags.isEmpty()) {
      removeOneByOne();
    } else {
      l1.map().clear();
    }
    l1.clearMarks();
    fenceAll();
    notifier.anyKeyChanged();
  }

  private void removeOneByOne() {
    boolean removedAll = true;
    for (K key : l1.map().keySet()) {
      try {
        CachedValue<V> previous = l1.map().remove(key);
        if (previous != null) {
          core.tags.unlink(previous);
          notifier.noteRemoval(key, previous.present());
        }
      } catch (RuntimeException e) { // of the key's hashCode or equals
        removedAll = false;
        Failures.logBadKey(key, core.config, e);
      }
    }
    if (!removedAll) {
      l1.map().clear();
    }
  }

  /**
   * Runs a write that may turn out to change nothing; only if it changes the mapping does it fence.
   *
   * @param write changes L1 in one step, says whether it did, and leaves what it found in the step
   */
  void writeIfAny(K key, Change<V> change, BooleanSupplier write) {
    core.requireOpen();
    core.touched.touch(key); // before the write, so that no further value of a bulk load undoes it
    Slot<K, V> slot = core.registry.find(key);
    Flight<K, V> flight = Flight.in(slot);
    if (slot != null && flight == null) {
      lost.removeDead(slot);
    }
    long debt = owe(key);
    boolean changed = false;
    try {
      changed = flight == null ? write.getAsBoolean() : flight.fenceIf(write);
    } finally {
      if (!changed && ledger != null) {
        ledger.debts.paid(key, debt);
      }
    }
    if (changed) {
      core.tags.unlink(change.before);
      l1.clearMarks(key);
      fence(key);
      if (change.after != null) {
        core.stats.put();
      }
      notifier.replaced(key, valueOf(change.before), change.after);
      publish(key, change.after, debt);
    }
  }

  /** Notes in a cache that shares its fetches that the ledger does not know of a write yet. */
  private long owe(K key) {
    return ledger == null ? LedgerDebts.NONE : ledger.debts.owe(key);
  }

  private void publish(K key, @Nullable CachedValue<V> entry, long debt) {
    if (ledger == null) {
      return;
    }
    if (entry == null) {
      ledger.invalidated(key, debt);
    } else {
      ledger.put(key, entry.present(), debt);
    }
  }

  private void fence(K key) {
    core.touched.touch(key);
    Slot<K, V> slot = core.registry.find(key);
    if (slot != null) {
      fence(slot);
    }
  }

  private void fenceAll() {
    fenceAll(key -> true);
  }

  /** Fences the flights of some keys; further values that bulk loads bring are of no use. */
  void fenceAll(Predicate<? super K> keys) {
    core.touched.touchAll();
    for (Slot<K, V> slot : core.registry.joinable()) {
      if (keys.test(slot.key)) {
        fence(slot);
      }
    }
  }

  private void fence(Slot<K, V> slot) {
    Flight<K, V> flight = Flight.in(slot);
    if (flight == null) {
      lost.removeDead(slot);
    } else {
      flight.fence();
    }
  }

  private static <V> @Nullable V valueOf(@Nullable CachedValue<V> entry) {
    return entry == null ? null : entry.value();
  }

  /** What a conditional write found, and what it left; used by one thread. */
  static final class Change<V> {
    @Nullable CachedValue<V> before;
    @Nullable CachedValue<V> after;
    boolean changed;
  }
}
