package dev.slipstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The two Caffeine caches behind {@link L1}, built from the settings. Maintenance runs inline: on
 * another thread it doubles the cost of a miss.
 *
 * @param entries the values
 * @param absences the marks of keys that have no value; null if they are not remembered
 * @param renewed entries that are being replaced by others of the same value, and by which thread
 */
record L1Caches<K, V>(
    Cache<K, CachedValue<V>> entries,
    @Nullable Cache<K, CachedValue<V>> absences,
    Map<CachedValue<V>, Thread> renewed) {
  L1Caches(
      CacheConfig<K, V> config,
      StatsRecorder stats,
      Notifier<K, V> notifier,
      @Nullable RetainedValues<K, V> retained,
      TagIndex<K> tags) {
    this(
        config,
        stats,
        evictionListener(config, stats, notifier, retained, tags),
        tags,
        new ConcurrentHashMap<>());
  }

  private L1Caches(
      CacheConfig<K, V> config,
      StatsRecorder stats,
      RemovalListener<K, CachedValue<V>> evictionListener,
      TagIndex<K> tags,
      Map<CachedValue<V>, Thread> renewed) {
    this(
        entries(config, stats, evictionListener, renewed),
        config.absentTtl() == null ? null : marks(config, config.absentTtl(), tags),
        renewed);
  }

  /**
   * Replaces an entry by another of the same value, of which the removal listener is not notified:
   * it may close values, and this one is in use. Returns whether the entry was there.
   */
  boolean renew(K key, CachedValue<V> before, CachedValue<V> after) {
    renewed.put(before, Thread.currentThread());
    try {
      return entries.asMap().replace(key, before, after);
    } finally {
      renewed.remove(before);
    }
  }

  private static <K, V> Cache<K, CachedValue<V>> entries(
      CacheConfig<K, V> config,
      StatsRecorder stats,
      RemovalListener<K, CachedValue<V>> evictionListener,
      Map<CachedValue<V>, Thread> renewed) {
    Caffeine<Object, Object> caffeine = common(config);
    if (config.initialCapacity() != null) {
      caffeine.initialCapacity(config.initialCapacity());
    }
    if (config.maximumSize() != null) {
      caffeine.maximumSize(config.maximumSize());
    }
    if (config.weigher() != null && config.maximumWeight() != null) {
      Weigher<? super K, ? super V> weigher = config.weigher();
      caffeine
          .maximumWeight(config.maximumWeight())
          .weigher((K key, CachedValue<V> entry) -> weigher.weigh(key, entry.present()));
    }
    Expiry<K, CachedValue<V>> expiry = expiry(config);
    if (expiry != null) {
      caffeine.expireAfter(expiry);
    }
    if (config.removalListener() != null) {
      RemovalListener<? super K, ? super V> listener = config.removalListener();
      caffeine.removalListener(
          (@Nullable K key, @Nullable CachedValue<V> entry, RemovalCause cause) -> {
            if (cause != RemovalCause.REPLACED || renewed.get(entry) != Thread.currentThread()) {
              config.callbacks().execute(() -> call(listener, key, entry, cause, config.name()));
            }
          });
    }
    if (config.recordStats()) {
      caffeine.recordStats(() -> new EvictionWeights(stats));
    }
    caffeine.evictionListener(evictionListener);
    return caffeine.build();
  }

  /** Returns when entries expire; null for never. */
  static <K, V> @Nullable Expiry<K, CachedValue<V>> expiry(CacheConfig<K, V> config) {
    if (!config.expires()) {
      return null;
    }
    Expiry<K, CachedValue<V>> expiry =
        config.expiry() == null
            ? new EntryExpiry<>(config.expireAfterWrite(), config.expireAfterAccess())
            : new EntryExpiry.OfUser<>(config.expiry());
    return config.freshness().staleNanos() == 0 ? expiry : new EntryExpiry.Noted<>(expiry);
  }

  /** Returns a memory of values that have expired; null if they are not kept. */
  static <K, V> @Nullable RetainedValues<K, V> retained(
      CacheConfig<K, V> config, Ticker ticker, TagIndex<K> tags) {
    return config.freshness().staleNanos() == 0
        ? null
        : new RetainedValues<>(config, common(config), ticker, tags);
  }

  /** Returns a memory of failures; null if they are not remembered. */
  static <K, V> @Nullable RememberedFailures<K> failures(
      CacheConfig<K, V> config, TagIndex<K> tags) {
    Duration ttl = config.freshness().failureTtl();
    return ttl == null
        ? null
        : new RememberedFailures<>(
            marks(config, ttl, tags), config.freshness().remembersFailure(), config.name());
  }

  /** Returns a cache for what is known of keys without a value; as large as that of the values. */
  private static <K, T> Cache<K, T> marks(
      CacheConfig<?, ?> config, Duration ttl, TagIndex<K> tags) {
    Caffeine<Object, Object> caffeine = common(config).expireAfterWrite(ttl);
    Long bound = config.maximumSize() == null ? config.maximumWeight() : config.maximumSize();
    if (bound != null) {
      caffeine.maximumSize(bound);
    }
    return caffeine
        .removalListener(
            (@Nullable K key, @Nullable T mark, RemovalCause cause) -> tags.unlink(mark))
        .build();
  }

  private static Caffeine<Object, Object> common(CacheConfig<?, ?> config) {
    Caffeine<Object, Object> caffeine = Caffeine.newBuilder().executor(Runnable::run);
    if (config.ticker() != null) {
      caffeine.ticker(config.ticker());
    }
    if (config.scheduler() != null) {
      caffeine.scheduler(config.scheduler());
    }
    return caffeine;
  }

  private static <K, V> RemovalListener<K, CachedValue<V>> evictionListener(
      CacheConfig<K, V> config,
      StatsRecorder stats,
      Notifier<K, V> notifier,
      @Nullable RetainedValues<K, V> retained,
      TagIndex<K> tags) {
    RemovalListener<? super K, ? super V> listener = config.evictionListener();
    return (@Nullable K key, @Nullable CachedValue<V> entry, RemovalCause cause) -> {
      stats.evicted();
      boolean expired = cause == RemovalCause.EXPIRED;
      boolean kept = retained != null && expired && key != null && retained.add(key, entry);
      if (!kept) {
        tags.unlink(entry);
      }
      if (key != null && entry != null) {
        notifier.evicted(key, entry);
      }
      if (listener != null) {
        call(listener, key, entry, cause, config.name());
      }
    };
  }

  private static <K, V> void call(
      RemovalListener<? super K, ? super V> listener,
      @Nullable K key,
      @Nullable CachedValue<V> entry,
      RemovalCause cause,
      String cache) {
    try {
      listener.onRemoval(key, entry == null ? null : entry.value(), cause);
    } catch (RuntimeException | Error e) {
      Failures.log("cache {}: the listener failed for the removal of key {}", cache, key, e);
    }
  }
}
