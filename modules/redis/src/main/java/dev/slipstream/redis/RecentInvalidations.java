package dev.slipstream.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The invalidations of a shard that were issued or seen here lately: if a failover has lost some of
 * them, they are repeated. It has the latest 10,000.
 */
final class RecentInvalidations {
  private static final int LENGTH = 10_000;

  private final long windowNanos;

  /** The oldest first. Guarded by itself. */
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  /**
   * One of them.
   *
   * @param key what was invalidated; null for all
   * @param id its number in the feed
   * @param nonce says which entry of the feed has that number
   */
  record Entry(@Nullable KeyRef key, long id, String nonce, long nanos) {}

  RecentInvalidations(Duration window) {
    this.windowNanos = window.toNanos();
  }

  void add(@Nullable KeyRef key, long id, String nonce) {
    long now = System.nanoTime();
    synchronized (entries) {
      forget(now);
      if (entries.size() == LENGTH) {
        entries.removeFirst();
      }
      entries.addLast(new Entry(key, id, nonce, now));
    }
  }

  /** Returns what there is, the oldest first. */
  List<Entry> all() {
    synchronized (entries) {
      forget(System.nanoTime());
      return new ArrayList<>(entries);
    }
  }

  private void forget(long now) {
    while (!entries.isEmpty() && now - entries.getFirst().nanos > windowNanos) {
      entries.removeFirst();
    }
  }
}
