package dev.slipstream;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A loaded value that is not stored, in a cache with a discard listener: it is discarded once it is
 * known that no caller has received it.
 *
 * <p>What may still bring it to a caller holds it: the delivery of its flight, from the start; a
 * task that is to complete a handle; a bulk call that has it among others. The last to release it
 * has it discarded, unless it was received meanwhile.
 */
final class UnstoredValue<V> implements FlightResult.Loaded<V> {
  private final V value;
  private final Runnable discard;

  /** By identity. Guarded by this, as the next; nothing else is called under it. */
  private final Set<Object> holders = Collections.newSetFromMap(new IdentityHashMap<>(4));

  private boolean received;

  /** Makes the result of a flight, whose delivery holds it by the name of this object. */
  UnstoredValue(V value, Runnable discard) {
    this.value = value;
    this.discard = discard;
    holders.add(this);
  }

  @Override
  public V value() {
    return value;
  }

  /** A caller has it. */
  synchronized void received() {
    received = true;
  }

  /** Keeps it until {@link #release}, to be called by something that is holding it already. */
  synchronized void hold(Object holder) {
    holders.add(holder);
  }

  /** The holder can bring it to no caller any more; only the first call does anything. */
  void release(Object holder) {
    synchronized (this) {
      if (!holders.remove(holder) || !holders.isEmpty() || received) {
        return;
      }
    }
    discard.run();
  }

  /** The delivery is over. */
  void release() {
    release(this);
  }
}
