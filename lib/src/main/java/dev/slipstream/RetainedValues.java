package dev.slipstream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values that have expired, for callers whose fetch fails: as many, or as heavy, as the cache may
 * have entries. Nothing else sees them. Every write to a key removes its own.
 */
final class RetainedValues<K, V> {
  private final Cache<K, Retained<V>> values;
  private final Ticker ticker;
  private final long staleNanos;
  private final Predicate<? super Throwable> covers;
  private final String cache;

  /**
   * Makes an empty memory.
   *
   * @param caffeine has the cache's ticker, and none of its other settings
   */
  RetainedValues(
      CacheConfig<K, V> config,
      Caffeine<Object, Object> caffeine,
      Ticker ticker,
      TagIndex<K> tags) {
    this.ticker = ticker;
    this.staleNanos = config.freshness().staleNanos();
    this.covers = config.freshness().coversFailure();
    this.cache = config.name();
    if (config.maximumSize() != null) {
      caffeine.maximumSize(config.maximumSize());
    }
    if (config.weigher() != null && config.maximumWeight() != null) {
      Weigher<? super K, ? super V> weigher = config.weigher();
      caffeine
          .maximumWeight(config.maximumWeight())
          .weigher((K key, Retained<V> kept) -> weigher.weigh(key, kept.entry().present()));
    }
    values =
        caffeine
            .expireAfter(Expiry.<K, Retained<V>>writing((key, kept) -> left(kept)))
            .removalListener(
                (@Nullable K key, @Nullable Retained<V> kept, RemovalCause cause) ->
                    tags.unlink(kept == null ? null : kept.entry()))
            .build();
  }

  private Duration left(Retained<V> kept) {
    return Duration.ofNanos(Math.max(0, kept.untilNanos() - ticker.read()));
  }

  /**
   * Keeps an entry that has expired at a time that it knows; returns whether it does. Called within
   * L1's atomic step.
   */
  boolean add(K key, @Nullable CachedValue<V> expired) {
    if (!(expired instanceof AgingValue<V> entry)) {
      return false;
    }
    long until = entry.expiresAt() + staleNanos;
    if (ticker.read() - until >= 0) {
      return false;
    }
    values.put(key, new Retained<>(entry, until));
    return true;
  }

  @Nullable Retained<V> find(K key) {
    return values.getIfPresent(key);
  }

  /**
   * Returns whether callers are to get a retained value in place of a failure. Runs code of the
   * user's.
   *
   * @param own whether this cache has made it, and no loader
   */
  boolean covers(Throwable failure, boolean own) {
    boolean refused =
        failure instanceof IdentityMismatchException || failure instanceof InsertFailedException;
    boolean neverCovered = failure instanceof RecursiveFetchException || (own && refused);
    return !neverCovered && Failures.matches(covers, failure, cache);
  }

  void remove(K key) {
    values.invalidate(key);
  }

  void removeIf(Predicate<? super K> keys) {
    values.asMap().keySet().removeIf(keys);
  }

  void removeAll() {
    values.invalidateAll();
  }

  /** Drops what is kept no longer. */
  void cleanUp() {
    values.cleanUp();
  }
}
