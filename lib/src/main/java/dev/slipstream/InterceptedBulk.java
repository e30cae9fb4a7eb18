package dev.slipstream;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A bulk load with interceptors round each key. What their {@code next} asks for is gathered until
 * all keys are intercepted, and loaded by one call; what is asked for later by one of its own. It
 * is complete when all keys are; a key that fails fails alone.
 */
final class InterceptedBulk<K, V> {
  private final LoadContext<K, V> load;
  private final BulkLoader<K, V> loader;
  private final Set<K> keys;

  // Guarded by this.
  private boolean opened;
  private final Map<K, CompletableFuture<V>> asked = new LinkedHashMap<>();
  private final Map<K, V> further = new HashMap<>();
  private boolean ended;

  InterceptedBulk(LoadContext<K, V> load, BulkLoader<K, V> loader, Set<K> keys) {
    this.load = load;
    this.loader = loader;
    this.keys = keys;
  }

  CompletionStage<Map<K, V>> start(LoaderInterceptors<K, V> interceptors) {
    Map<K, CompletableFuture<V>> values = new LinkedHashMap<>();
    for (K key : keys) {
      values.put(key, intercepted(key, interceptors.around((same, context) -> ask(key, same))));
    }
    Map<K, CompletableFuture<V>> batch;
    synchronized (this) {
      opened = true;
      batch = new LinkedHashMap<>(asked);
    }
    if (!batch.isEmpty()) {
      call(batch);
    }
    CompletableFuture<?>[] all = values.values().toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Map<K, V>> loaded =
        CompletableFuture.allOf(all).handle((none, failure) -> new Values<>(values, further()));
    return load.core.config.discards() == null
        ? loaded
        : loaded.minimalCompletionStage(); // which cannot be cancelled: it brings late values
  }

  private CompletableFuture<V> intercepted(K key, AsyncLoader<K, V> chain) {
    CompletableFuture<V> value = new CompletableFuture<>();
    try {
      CompletionStage<? extends @Nullable V> stage = chain.load(key, load);
      load.publish(stage);
      LoadContext.awaitPublished(
          stage,
          (found, failure) -> {
            boolean unused = complete(value, found, failure);
            return null;
          });
    } catch (Throwable e) {
      value.completeExceptionally(e);
    }
    return value;
  }

  private static <V> boolean complete(
      CompletableFuture<V> value, @Nullable V found, @Nullable Throwable failure) {
    return failure == null
        ? value.complete(found)
        : value.completeExceptionally(Failures.unwrap(failure));
  }

  /** An interceptor has called next. */
  private CompletableFuture<V> ask(K key, K same) {
    if (!key.equals(same)) {
      throw new IllegalArgumentException(
          "cache %s: an interceptor of key %s asked for key %s in a bulk load: call next with the key that it was given"
              .formatted(load.cacheName(), Failures.text(key), Failures.text(same)));
    }
    CompletableFuture<V> value = new CompletableFuture<>();
    synchronized (this) {
      if (!opened) {
        asked.put(key, value);
        return value;
      }
    }
    call(Map.of(key, value));
    return value;
  }

  private void call(Map<K, CompletableFuture<V>> batch) {
    LoaderStart.call(
        load,
        loader,
        Set.copyOf(batch.keySet()),
        (found, failure) -> {
          loaded(batch, found, failure);
          return null;
        });
  }

  private void loaded(
      Map<K, CompletableFuture<V>> batch,
      @Nullable Map<? extends K, ? extends V> found,
      @Nullable Throwable failure) {
    try {
      if (failure == null && found == null) {
        throw new NullPointerException(Failures.nullMap(loader, batch.keySet(), load.core.config));
      }
      if (found != null) {
        addFurther(found);
      }
      batch.forEach(
          (key, value) -> {
            V own = found == null ? null : found.get(key);
            if (!complete(value, own, failure)) {
              load.core.discard(key, own); // it was cancelled with the load
            }
          });
    } catch (Throwable e) {
      batch.values().forEach(value -> value.completeExceptionally(e));
    }
  }

  private void addFurther(Map<? extends K, ? extends V> found) {
    found.forEach(
        (key, value) -> {
          if (!keys.contains(key)) {
            load.core.discard(key, putFurther(key, value));
          }
        });
  }

  /** Keeps a value that was not asked for; returns the one that is lost, or null. */
  private synchronized @Nullable V putFurther(K key, V value) {
    if (ended) {
      return value;
    }
    V replaced = further.put(key, value);
    return replaced == value ? null : replaced;
  }

  private synchronized Map<K, V> further() {
    ended = true;
    return new HashMap<>(further);
  }

  /** What a bulk came to, key by key: to get one that failed throws its failure, wrapped. */
  private static final class Values<K, V> extends AbstractMap<K, V> {
    private final Map<K, CompletableFuture<V>> values;
    private final Map<K, V> further;

    Values(Map<K, CompletableFuture<V>> values, Map<K, V> further) {
      this.values = values;
      this.further = further;
    }

    @Override
    public @Nullable V get(Object key) {
      CompletableFuture<V> value = values.get(key);
      try {
        return value == null ? further.get(key) : value.join();
      } catch (CancellationException e) {
        throw new CompletionException(e);
      }
    }

    /** Returns the values that were not asked for: the others are read one by one. */
    @Override
    public Set<Entry<K, V>> entrySet() {
      return further.entrySet();
    }
  }
}
