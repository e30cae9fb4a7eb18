package dev.slipstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values, as entries in a Caffeine cache; and apart from them, in another, the marks of keys
 * that have no value. Maintenance runs inline: on another thread it doubles the cost of a miss.
 */
final class L1<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(CoalescingCache.class);

  private final Cache<K, CachedValue<V>> entries;
  private final @Nullable Cache<K, CachedValue<V>> absences;
  private final Ticker ticker;

  /** When entries expire; null for never. */
  private final @Nullable Expiry<K, CachedValue<V>> expiry;

  private final Changes<K, V> changes;

  /** Whether entries expire, or the clock is not {@link System#nanoTime}. */
  private final boolean timed;

  L1(CoalescingCacheBuilder<K, V> settings, Engine<K, V> engine) {
    changes = engine.changes;
    ticker = settings.ticker == null ? Ticker.systemTicker() : settings.ticker;
    timed =
        settings.ticker != null
            || settings.expiry != null
            || settings.expireAfterWrite != null
            || settings.expireAfterAccess != null;
    expiry = expiry(settings);
    entries = entries(settings, engine, expiry);
    absences = settings.absentTtl == null ? null : absences(settings, settings.absentTtl);
  }

  /** Returns the key's entry, or the mark of its absence. */
  @Nullable CachedValue<V> get(K key) {
    CachedValue<V> entry = entries.getIfPresent(key);
    return entry != null || absences == null ? entry : absences.getIfPresent(key);
  }

  /** Returns the key's entry, or the mark of its absence, which is not thereby read. */
  @Nullable CachedValue<V> peekAny(K key) {
    CachedValue<V> entry = peek(key);
    return entry != null || absences == null ? entry : absences.policy().getIfPresentQuietly(key);
  }

  /** Returns the key's entry, which is not thereby read. */
  @Nullable CachedValue<V> peek(K key) {
    return entries.policy().getIfPresentQuietly(key);
  }

  /**
   * Stores what a flight loaded, in the place of the entry it is to replace, or where there is
   * none: it may have expired or been evicted meanwhile. (To remove it fences the flights that
   * began earlier.) Returns whether a value was stored.
   */
  boolean store(K key, @Nullable CachedValue<V> base, CachedValue<V> entry) {
    if (entry.value() == null) {
      storeAbsence(key, base, entry);
      return false;
    }
    if (base != null && map().replace(key, base, entry)) {
      changes.stored(key, base.value(), entry);
    } else if (map().putIfAbsent(key, entry) == null) {
      changes.stored(key, null, entry);
    } else {
      return false;
    }
    clearAbsence(key);
    return true;
  }

  private void storeAbsence(K key, @Nullable CachedValue<V> base, CachedValue<V> entry) {
    if (base != null && map().remove(key, base)) {
      changes.listeners.note(key, base.value(), null);
    }
    if (absences != null) {
      absences.put(key, entry);
      if (peek(key) != null) { // a write came in between: it may have cleared the mark already
        absences.invalidate(key);
      }
    }
  }

  /** Undoes a {@link #store}, unless something else has come in its place. */
  void takeBack(K key, CachedValue<V> entry) {
    if (map().remove(key, entry)) {
      changes.listeners.note(key, entry.value(), null);
    }
    if (absences != null) {
      absences.asMap().remove(key, entry);
    }
  }

  void clearAbsence(K key) {
    if (absences != null) {
      absences.invalidate(key);
    }
  }

  void clearAbsences() {
    if (absences != null) {
      absences.invalidateAll();
    }
  }

  void clearAbsences(Predicate<? super K> keys) {
    if (absences != null) {
      absences.asMap().keySet().removeIf(keys);
    }
  }

  /** Returns the entries as the cache that they are in, for hits. */
  Cache<K, CachedValue<V>> entries() {
    return entries;
  }

  /** Returns the mark of the key's absence. */
  @Nullable CachedValue<V> absence(K key) {
    return absences == null ? null : absences.getIfPresent(key);
  }

  /** Returns the entries as a map, without the marks of absence. */
  ConcurrentMap<K, CachedValue<V>> map() {
    return entries.asMap();
  }

  long estimatedSize() {
    return entries.estimatedSize();
  }

  void cleanUp() {
    entries.cleanUp();
    if (absences != null) {
      absences.cleanUp();
    }
  }

  /** Returns how long an entry would live that is written now, in nanoseconds. */
  long timeToLive(K key, CachedValue<V> entry) {
    return expiry == null ? Long.MAX_VALUE : expiry.expireAfterCreate(key, entry, now());
  }

  long now() {
    return ticker.read();
  }

  /**
   * Returns the write time of what a fetch brought: now, by the ticker. Where nothing expires by it
   * and the clock is the system's, the time at which the fetch began will do: to read a clock is a
   * twentieth of a miss.
   */
  long writeTime(long fetchStartNanos) {
    return timed ? now() : fetchStartNanos;
  }

  private static <K, V> Cache<K, CachedValue<V>> entries(
      CoalescingCacheBuilder<K, V> settings,
      Engine<K, V> engine,
      @Nullable Expiry<K, CachedValue<V>> expiry) {
    Caffeine<Object, Object> caffeine = common(settings);
    if (settings.initialCapacity != null) {
      caffeine.initialCapacity(settings.initialCapacity);
    }
    if (settings.maximumSize != null) {
      caffeine.maximumSize(settings.maximumSize);
    }
    if (settings.weigher != null && settings.maximumWeight != null) {
      Weigher<? super K, ? super V> weigher = settings.weigher;
      caffeine
          .maximumWeight(settings.maximumWeight)
          .weigher((K key, CachedValue<V> entry) -> weigher.weigh(key, entry.present()));
    }
    if (expiry != null) {
      caffeine.expireAfter(expiry);
    }
    if (settings.removalListener != null) {
      RemovalListener<? super K, ? super V> listener = settings.removalListener;
      caffeine.removalListener(
          (@Nullable K key, @Nullable CachedValue<V> entry, RemovalCause cause) ->
              engine.callbacks.execute(() -> tell(listener, key, entry, cause, engine.name)));
    }
    caffeine.evictionListener(evictionListener(settings.evictionListener, engine));
    return caffeine.build();
  }

  private static <K, V> @Nullable Expiry<K, CachedValue<V>> expiry(
      CoalescingCacheBuilder<K, V> settings) {
    if (settings.expiry != null) {
      return new EntryExpiry.OfUser<>(settings.expiry);
    }
    return settings.expireAfterWrite == null && settings.expireAfterAccess == null
        ? null
        : new EntryExpiry<>(settings.expireAfterWrite, settings.expireAfterAccess);
  }

  private static <K, V> Cache<K, CachedValue<V>> absences(
      CoalescingCacheBuilder<K, V> settings, Duration ttl) {
    Caffeine<Object, Object> caffeine = common(settings).expireAfterWrite(ttl);
    Long bound = settings.maximumSize == null ? settings.maximumWeight : settings.maximumSize;
    if (bound != null) {
      caffeine.maximumSize(bound);
    }
    return caffeine.build();
  }

  private static Caffeine<Object, Object> common(CoalescingCacheBuilder<?, ?> settings) {
    Caffeine<Object, Object> caffeine = Caffeine.newBuilder().executor(Runnable::run);
    if (settings.ticker != null) {
      caffeine.ticker(settings.ticker);
    }
    if (settings.scheduler != null) {
      caffeine.scheduler(settings.scheduler);
    }
    return caffeine;
  }

  private static <K, V> RemovalListener<K, CachedValue<V>> evictionListener(
      @Nullable RemovalListener<? super K, ? super V> listener, Engine<K, V> engine) {
    return (@Nullable K key, @Nullable CachedValue<V> entry, RemovalCause cause) -> {
      engine.stats.evicted();
      if (key != null && entry != null) {
        engine.changes.evicted(key, entry);
      }
      if (listener != null) {
        tell(listener, key, entry, cause, engine.name);
      }
    };
  }

  private static <K, V> void tell(
      RemovalListener<? super K, ? super V> listener,
      @Nullable K key,
      @Nullable CachedValue<V> entry,
      RemovalCause cause,
      String cache) {
    try {
      listener.onRemoval(key, entry == null ? null : entry.value(), cause);
    } catch (RuntimeException | Error e) {
      LOG.warn("cache {}: the listener failed for the removal of key {}", cache, key, e);
    }
  }
}
