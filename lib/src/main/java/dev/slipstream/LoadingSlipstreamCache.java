package dev.slipstream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The entry points of a cache that has its own loaders. */
final class LoadingSlipstreamCache<K, V> extends SlipstreamCache<K, V>
    implements LoadingCoalescingCache<K, V> {
  private final AsyncLoader<? super K, ? extends V> loader;
  private final @Nullable BulkLoader<K, V> bulkLoader;

  LoadingSlipstreamCache(
      CacheConfig<K, V> config,
      AsyncLoader<? super K, ? extends V> loader,
      @Nullable BulkLoader<K, V> bulkLoader) {
    super(config);
    this.loader = loader;
    this.bulkLoader = bulkLoader;
  }

  @Override
  public FetchHandle<V> getOrFetch(K key) {
    return getOrFetch(key, loader);
  }

  @Override
  public @Nullable V get(K key) {
    requireNonNull(key, "key");
    CachedValue<V> hit = plainHit(key);
    return hit != null ? hit.value() : getFully(key, loader, null);
  }

  @Override
  public @Nullable V get(K key, Duration timeout) {
    requireNonNull(key, "key");
    requireNonNull(timeout, "timeout");
    CachedValue<V> hit = plainHit(key);
    return hit != null ? hit.value() : getFully(key, loader, timeout);
  }

  @Override
  public CompletableFuture<Map<K, V>> getAllOrFetch(Collection<? extends K> keys) {
    requireNonNull(keys, "keys");
    return bulkLoader == null ? bulk.fetchEach(keys, loader) : bulk.fetch(keys, bulkLoader);
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    requireNonNull(keys, "keys");
    return bulkLoader == null ? bulk.getEach(keys, loader) : bulk.getAll(keys, bulkLoader);
  }

  @Override
  public FetchHandle<V> refresh(K key) {
    return refresh(key, loader);
  }

  @Override
  public void prefetch(K key) {
    prefetch(key, loader);
  }
}
