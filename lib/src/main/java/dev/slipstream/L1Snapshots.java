package dev.slipstream;

import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.Policy.CacheEntry;
import dev.slipstream.view.EntryView;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * L1's entries as views: values with their write times by the wall clock and the time that they
 * have to live; and the way back, from views into L1.
 *
 * <p>Each entry that is restored or merged is a write like any other, which fences the key's
 * flight. A restore removes last what was there before it began, so that no key is absent in
 * between that is in both; what others write meanwhile stays, since entries know their {@link
 * Generation}.
 */
final class L1Snapshots<K, V> {
  /** 73 years. What never expires has twice that in Caffeine, and it passes like any other time. */
  private static final long NEVER = Long.MAX_VALUE >> 2;

  private final CacheCore<K, V> core;
  private final L1<K, V> l1;
  private final FencedWrites<K, V> writes;
  private final Policy<K, CachedValue<V>> policy;

  L1Snapshots(CacheCore<K, V> core, FencedWrites<K, V> writes) {
    this.core = core;
    this.l1 = core.l1();
    this.writes = writes;
    this.policy = l1.entries().policy();
  }

  Iterator<EntryView<K, V>> iterator() {
    return new EntryIterator(l1.map().keySet().iterator());
  }

  void restore(
      Predicate<? super K> partition, Iterator<? extends EntryView<? extends K, ? extends V>> all) {
    core.requireOpen();
    writes.fenceAll(partition); // before: what an earlier flight stores is of an older generation
    Generation<V> generation = l1.beginRestore();
    while (all.hasNext()) {
      EntryView<? extends K, ? extends V> entry = all.next();
      requireOf(partition, entry.key());
      write(entry, generation);
    }
    l1.map()
        .forEach(
            (key, entry) -> {
              if (entry.generation.restores() < generation.restores() && partition.test(key)) {
                writes.removeIfStill(key, entry);
              }
            });
    l1.clearMarks(partition);
    writes.fenceAll(partition);
  }

  void merge(Iterator<? extends EntryView<? extends K, ? extends V>> all) {
    core.requireOpen();
    Generation<V> generation = l1.beginMerge();
    while (all.hasNext()) {
      write(all.next(), generation);
    }
  }

  private void write(EntryView<? extends K, ? extends V> entry, Generation<V> generation) {
    if (!entry.hasExpired()) {
      writes.put(entry, l1.newEntry(entry, generation));
    }
  }

  private void requireOf(Predicate<? super K> partition, K key) {
    if (!partition.test(key)) {
      throw new IllegalArgumentException(
          "cache %s: key %s is not of the partition that is to be restored: leave it out of the view,"
                  .formatted(core.config.name(), Failures.text(key))
              + " or restore all");
    }
  }

  private @Nullable EntryView<K, V> view(K key) {
    CacheEntry<K, CachedValue<V>> entry = policy.getEntryIfPresentQuietly(key);
    if (entry == null) {
      return null;
    }
    long age = Math.max(0, l1.now() - entry.getValue().writtenNanos);
    long expiresIn = entry.expiresAfter().toNanos();
    return new EntryView<>(
        key,
        entry.getValue().present(),
        Instant.now().minusNanos(age),
        policy.expireVariably().isEmpty() || expiresIn >= NEVER
            ? null
            : Duration.ofNanos(expiresIn));
  }

  private final class EntryIterator implements Iterator<EntryView<K, V>> {
    private final Iterator<K> keys;
    private @Nullable EntryView<K, V> next;

    EntryIterator(Iterator<K> keys) {
      this.keys = keys;
    }

    @Override
    public boolean hasNext() {
      while (next == null && keys.hasNext()) {
        next = view(keys.next());
      }
      return next != null;
    }

    @Override
    public EntryView<K, V> next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException("the last entry has been returned");
      }
      EntryView<K, V> entry = next;
      next = null;
      return entry;
    }
  }
}
