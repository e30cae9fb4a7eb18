package dev.slipstream;

import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.Policy.CacheEntry;
import com.github.benmanes.caffeine.cache.Policy.VarExpiration;
import dev.slipstream.internal.Arguments;
import dev.slipstream.view.EntryView;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * L1's entries as the outside sees them: values with their write times by the wall clock and the
 * time that they have to live.
 */
final class EntryViews<K, V> {
  /** 73 years. Caffeine's word for never is twice that, and passes like any other time. */
  private static final long NEVER = Long.MAX_VALUE >> 2;

  /** The greatest age that is told, 146 years: it may grow, and a difference of times holds it. */
  private static final long OLDEST = Long.MAX_VALUE >> 1;

  private final Engine<K, V> engine;
  private final Policy<K, CachedValue<V>> policy;
  private final Optional<VarExpiration<K, CachedValue<V>>> expiration;

  EntryViews(Engine<K, V> engine) {
    this.engine = engine;
    this.policy = engine.entries.policy();
    this.expiration = policy.expireVariably();
  }

  Iterator<EntryView<K, V>> iterator() {
    return new EntryIterator(engine.l1.map().keySet().iterator());
  }

  /**
   * Puts an entry into L1 with the time it has to live, which is never more than a value has that
   * is written now; returns what was there.
   */
  @Nullable CachedValue<V> put(EntryView<? extends K, ? extends V> entry, CachedValue<V> fresh) {
    Duration expiresIn = entry.expiresIn();
    if (expiresIn == null || expiration.isEmpty()) {
      return engine.l1.map().put(entry.key(), fresh);
    }
    long own = engine.l1.timeToLive(entry.key(), fresh);
    long nanos = Math.max(0, Math.min(own, Arguments.saturatedNanos(expiresIn)));
    return expiration.get().put(entry.key(), fresh, nanos, TimeUnit.NANOSECONDS);
  }

  CachedValue<V> newEntry(EntryView<? extends K, ? extends V> entry, EntryGroup<V> group) {
    return engine.newEntry(group, entry.value(), writtenNanos(entry.writtenAt()));
  }

  private long writtenNanos(Instant writtenAt) {
    Duration age = Duration.between(writtenAt, Instant.now());
    return engine.l1.now()
        - (age.isNegative() ? 0 : Math.min(OLDEST, Arguments.saturatedNanos(age)));
  }

  private @Nullable EntryView<K, V> view(K key) {
    CacheEntry<K, CachedValue<V>> entry = policy.getEntryIfPresentQuietly(key);
    if (entry == null) {
      return null;
    }
    long age = Math.max(0, engine.l1.now() - entry.getValue().writtenNanos);
    long expiresIn = entry.expiresAfter().toNanos();
    return new EntryView<>(
        key,
        entry.getValue().present(),
        Instant.now().minusNanos(age),
        expiration.isEmpty() || expiresIn >= NEVER ? null : Duration.ofNanos(expiresIn));
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
