package dev.slipstream;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are in flight. A flight is referred to weakly from its {@link Slot}; every removal and
 * replacement names the slot it means, so that a late clean-up never takes a successor's slot away
 * (A's slot, removed, B's slot under the same key, then A's clean-up: the ABA that a removal by key
 * would fall for, G9).
 *
 * <p>A flight that has lost its slot before its end, since it was fenced or its end was cut short,
 * is kept in sight in a set of its own, as weakly.
 */
final class InFlightRegistry<K, V> {
  private final SlotTable<K, V> table;
  private final Set<Slot<K, V>> detached = ConcurrentHashMap.newKeySet();
  private final ReferenceQueue<Load> collected;

  /**
   * Makes an empty registry.
   *
   * @param growing runs the growth of its table
   * @param collected gets the slots of collected flights
   */
  InFlightRegistry(Executor growing, ReferenceQueue<Load> collected) {
    this.table = new SlotTable<>(growing);
    this.collected = collected;
  }

  Slot<K, V> newSlot(K key, Load flight) {
    return new Slot<>(key, flight, collected);
  }

  /** Makes the slot of a flight that is reported. */
  ReportedSlot<K, V> newSlot(
      K key, Load flight, long fetchId, @Nullable FetchListeners<K> listeners) {
    return new ReportedSlot<>(key, flight, collected, fetchId, listeners);
  }

  @Nullable Slot<K, V> find(K key) {
    return table.find(key);
  }

  /** Puts the slot in the place of the one that was found, if that is still there. */
  boolean claim(@Nullable Slot<K, V> found, Slot<K, V> fresh) {
    return found == null ? table.insert(fresh) : table.replace(found, fresh);
  }

  /** Frees the slot, unless its key has another by now. */
  void remove(Slot<K, V> slot) {
    table.remove(slot);
  }

  /** Keeps a flight in sight that has lost its slot. */
  void addDetached(Slot<K, V> slot) {
    detached.add(slot);
  }

  void removeDetached(Slot<K, V> slot) {
    detached.remove(slot);
  }

  /** Returns the slots of all flights as they are now, the detached ones included. */
  List<Slot<K, V>> snapshot() {
    List<Slot<K, V>> all = table.slots();
    if (detached.iterator().hasNext()) { // to hash a million slots for nothing takes a second
      Set<Slot<K, V>> apart = new HashSet<>(detached);
      all.removeIf(apart::contains); // one being detached is in both
      all.addAll(apart);
    }
    return all;
  }

  /**
   * Reduces what the slots give to one number, without a copy: first those that newcomers can find,
   * then the detached ones, among which one that is being detached may be once more.
   */
  long reduce(
      long identity,
      ToLongFunction<Slot<K, V>> ofJoinable,
      ToLongFunction<Slot<K, V>> ofDetached,
      LongBinaryOperator with) {
    long result = table.reduce(identity, ofJoinable, with);
    for (Slot<K, V> slot : detached) {
      result = with.applyAsLong(result, ofDetached.applyAsLong(slot));
    }
    return result;
  }

  /** Returns the slots that newcomers can find, as they are now. */
  List<Slot<K, V>> joinable() {
    return table.slots();
  }

  /** Takes the next slot whose flight was collected out of the registry; null if there is none. */
  @Nullable Slot<K, V> pollCollected() {
    Reference<? extends Load> reference = collected.poll();
    if (reference == null) {
      return null;
    }
    @SuppressWarnings("unchecked")
    Slot<K, V> slot = (Slot<K, V>) reference;
    remove(slot);
    removeDetached(slot);
    return slot;
  }

  boolean isEmpty() {
    return table.isEmpty() && !detached.iterator().hasNext(); // its count may be cut short
  }
}
