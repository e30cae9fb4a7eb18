package dev.slipstream.watch;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A watch that is notified of a key's ticks, and keeps the key's entry in the hub until it is
 * closed.
 */
abstract class HubWatch<K> {
  /** The place in the entry's list; guarded by the entry's lock. */
  int index;

  private final ChangeHub<K> hub;
  private final HubEntry<K> entry;
  private final AtomicBoolean closed = new AtomicBoolean();

  HubWatch(ChangeHub<K> hub, HubEntry<K> entry) {
    this.hub = hub;
    this.entry = entry;
  }

  /**
   * The version went up. It runs on the thread that ticked, with no lock held; some calls may be
   * late, one even after the close.
   */
  abstract void ticked();

  /** Leaves the hub; true for the first call. */
  final boolean leave() {
    boolean first = closed.compareAndSet(false, true);
    if (first) {
      hub.remove(this, entry);
    }
    return first;
  }

  final boolean isClosed() {
    return closed.get();
  }

  final long currentVersion() {
    return entry.version();
  }
}
