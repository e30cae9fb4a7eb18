package dev.slipstream;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys are in flight. A flight is referred to weakly from its {@link Slot}; every removal and
 * replacement names the slot it means, so that a late clean-up never takes a successor's slot away
 * (A's slot, removed, B's slot under the same key, then A's clean-up: the ABA that a removal by key
 * would fall for, G9).
 *
 * <p>Fenced flights are out of their slot and live on in a set of their own, as weakly.
 */
final class InFlightRegistry<K, V> {
  private final ConcurrentHashMap<K, Slot<K, V>> slots = new ConcurrentHashMap<>();
  private final Set<Slot<K, V>> fenced = ConcurrentHashMap.newKeySet();
  private final ReferenceQueue<Load> collected = new ReferenceQueue<>();

  Slot<K, V> newSlot(K key, Load flight) {
    return new Slot<>(key, flight, collected);
  }

  @Nullable Slot<K, V> find(K key) {
    return slots.get(key);
  }

  /** Puts the slot in the place of the one that was found, if that is still there. */
  boolean claim(@Nullable Slot<K, V> found, Slot<K, V> fresh) {
    return found == null
        ? slots.putIfAbsent(fresh.key, fresh) == null
        : slots.replace(fresh.key, found, fresh);
  }

  /** Frees the slot, unless its key has another by now. */
  void remove(Slot<K, V> slot) {
    slots.remove(slot.key, slot);
  }

  /** Keeps a flight in sight that has lost its slot and runs on. */
  void addFenced(Slot<K, V> slot) {
    fenced.add(slot);
  }

  void removeFenced(Slot<K, V> slot) {
    fenced.remove(slot);
  }

  /** Returns the slots as they are now, fenced flights' included. */
  Set<Slot<K, V>> snapshot() {
    Set<Slot<K, V>> all = new LinkedHashSet<>(slots.values()); // one being fenced is in both
    all.addAll(fenced);
    return all;
  }

  /** Returns the slots that newcomers can find: a live view. */
  Collection<Slot<K, V>> joinable() {
    return slots.values();
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
    removeFenced(slot);
    return slot;
  }

  boolean isEmpty() {
    return slots.isEmpty() && fenced.isEmpty();
  }
}
