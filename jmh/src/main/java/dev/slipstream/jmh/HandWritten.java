package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * What is commonly written by hand: a map of the futures in flight before a bounded cache of those
 * that completed. Callers share one future, and nobody can leave it.
 */
public final class HandWritten<K, V> {
  private final ConcurrentMap<K, CompletableFuture<V>> inFlight = new ConcurrentHashMap<>();
  private final Cache<K, CompletableFuture<V>> values;

  public HandWritten(long maximumSize) {
    values = Caches.caffeine(maximumSize);
  }

  public CompletableFuture<V> get(K key, Function<K, CompletableFuture<V>> loader) {
    CompletableFuture<V> cached = values.getIfPresent(key);
    if (cached != null) {
      return cached;
    }
    CompletableFuture<V> joined = inFlight.get(key);
    return joined != null ? joined : start(key, loader);
  }

  private CompletableFuture<V> start(K key, Function<K, CompletableFuture<V>> loader) {
    CompletableFuture<V> mine = new CompletableFuture<>();
    CompletableFuture<V> joined = inFlight.putIfAbsent(key, mine);
    if (joined != null) {
      return joined;
    }
    CompletableFuture<V> cached = values.getIfPresent(key); // it completed in between
    if (cached != null) {
      inFlight.remove(key, mine);
      cached.whenComplete((value, failure) -> mine.complete(value));
      return cached;
    }
    loader
        .apply(key)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                mine.complete(value);
                values.put(key, mine);
              } else {
                mine.completeExceptionally(failure);
              }
              inFlight.remove(key, mine);
            });
    return mine;
  }

  public void invalidate(K key) {
    values.invalidate(key);
  }

  public int inFlight() {
    return inFlight.size();
  }

  public long size() {
    values.cleanUp();
    return values.estimatedSize();
  }
}
