package dev.slipstream.watch;

import dev.slipstream.internal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key's place in a {@link ChangeHub}: its version and its watches. It dies with its last watch
 * and is never revived: a thread that wants to add one to a dead entry takes it out of the hub, if
 * it is still that very one, and makes another. So an open watch's entry is the hub's, and the
 * version that it sees never goes back.
 */
final class HubEntry<K> {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeHub.class);

  final K key;

  private final AtomicInteger live;
  private final Object lock = new Object();

  /** In no order; each knows its place. Guarded by the lock. */
  private final List<HubWatch<K>> watches = new ArrayList<>(1);

  /** The same, for ticks; null if it is to be copied anew. Guarded by the lock. */
  private @Nullable List<HubWatch<K>> copy;

  /** Set once, when the last is removed. Guarded by the lock. */
  private boolean dead;

  /** Written under the lock, read by any. */
  private volatile long version;

  /**
   * Makes an entry without a watch.
   *
   * @param live counts the hub's entries with one
   */
  HubEntry(K key, AtomicInteger live) {
    this.key = key;
    this.live = live;
  }

  long version() {
    return version;
  }

  /** Adds a watch; false if this is dead. */
  boolean add(HubWatch<K> watch) {
    synchronized (lock) {
      if (dead) {
        return false;
      }
      if (watches.isEmpty()) {
        live.incrementAndGet();
      }
      copy = null;
      watch.index = watches.size();
      watches.add(watch);
      return true;
    }
  }

  /** Removes a watch that was added and not removed; true if it was the last. */
  boolean remove(HubWatch<K> watch) {
    synchronized (lock) {
      copy = null;
      HubWatch<K> last = watches.remove(watches.size() - 1);
      if (last != watch) {
        watches.set(watch.index, last);
        last.index = watch.index;
      }
      if (watches.isEmpty()) {
        live.decrementAndGet();
        dead = true;
      }
      return dead;
    }
  }

  /**
   * Raises the version, and then notifies the watches, outside the lock. One watch harms neither
   * the thread that ticks nor another watch; only for lack of stack or memory it throws, at the
   * end.
   */
  void tick() {
    List<HubWatch<K>> notified;
    synchronized (lock) {
      version++;
      if (copy == null) {
        copy = List.copyOf(watches);
      }
      notified = copy;
    }
    VirtualMachineError shortage = null;
    for (HubWatch<K> watch : notified) {
      try {
        watch.ticked();
      } catch (VirtualMachineError e) { // the watch may not know: the tick is to be repeated
        shortage = e;
      } catch (Throwable e) {
        Texts.warn(LOG, "a callback on the changes of a key failed", e);
      }
    }
    if (shortage != null) {
      throw shortage;
    }
  }
}
