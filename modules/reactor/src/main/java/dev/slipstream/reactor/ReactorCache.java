package dev.slipstream.reactor;

import dev.slipstream.AsyncLoader;
import dev.slipstream.BulkLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.InFlight;
import dev.slipstream.watch.CacheEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The calls of a {@link CoalescingCache} as Monos and Fluxes.
 *
 * <pre>{@code
 * ReactorCache<Integer, User> users = ReactorCache.of(cache);
 *
 * users
 *     .getOrFetch(42, id -> client.findUser(id)) // cached, or joins the running request
 *     .timeout(Duration.ofMillis(200)) // this subscriber leaves; others still get it
 *     .subscribe(this::show);
 * }</pre>
 *
 * <p>Everything is cold: nothing happens until a subscriber comes, and each subscriber makes a call
 * of its own. A subscription that is cancelled, by {@code dispose}, {@code timeout} or any operator
 * that has enough, leaves the fetch and touches no other caller; when the last caller has left, be
 * it a subscriber or not, the loader's Mono is cancelled.
 *
 * <p>The loader is called, and its Mono subscribed to, on the thread of the caller that came first,
 * with that subscriber's {@linkplain ContextView Context}, which loads for all. An empty Mono means
 * that there is no value, and so does an empty result. A failure reaches each subscriber as it is,
 * as {@link dev.slipstream.FetchHandle} says; one that comes when nobody waits any more is not
 * {@linkplain reactor.core.publisher.Hooks#onErrorDropped dropped} to Reactor's hooks.
 *
 * <p>Signals come on the subscribing thread if the value is cached, else on the cache's
 * continuation executor.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class ReactorCache<K, V> {
  private final CoalescingCache<K, V> cache;

  private ReactorCache(CoalescingCache<K, V> cache) {
    this.cache = Objects.requireNonNull(cache, "cache");
  }

  /**
   * Returns the calls of a cache as Monos and Fluxes. The cache may be used directly as well.
   *
   * @param cache holds the values; to close it is up to its owner
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return the calls of that cache
   */
  public static <K, V> ReactorCache<K, V> of(CoalescingCache<K, V> cache) {
    return new ReactorCache<>(cache);
  }

  /**
   * Returns the cache itself.
   *
   * @return what {@link #of} was given
   */
  public CoalescingCache<K, V> cache() {
    return cache;
  }

  /**
   * Returns a Mono of the key's value: cached, from the fetch that is running, or from the loader's
   * Mono.
   *
   * @param key the key
   * @param loader makes a Mono of the value if the key is neither cached nor in flight
   * @return a Mono that is empty if there is no value, and fails as the fetch does
   */
  public Mono<V> getOrFetch(K key, Function<? super K, ? extends Mono<? extends V>> loader) {
    Objects.requireNonNull(loader, "loader");
    return getOrFetch(key, (missing, context) -> loader.apply(missing));
  }

  /**
   * Returns a Mono of the key's value: cached, from the fetch that is running, or from the loader's
   * Mono.
   *
   * @param key the key
   * @param loader makes a Mono of the value if the key is neither cached nor in flight; it is given
   *     the context of the fetch as well
   * @return a Mono that is empty if there is no value, and fails as the fetch does
   */
  public Mono<V> getOrFetch(
      K key, BiFunction<? super K, ? super FetchContext, ? extends Mono<? extends V>> loader) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(loader, "loader");
    return new HandleMono<>(caller -> cache.getOrFetch(key, loader(loader, caller)));
  }

  private static <K, V> AsyncLoader<K, V> loader(
      BiFunction<? super K, ? super FetchContext, ? extends Mono<? extends V>> loader,
      ContextView caller) {
    return (key, context) -> made(loader.apply(key, context), loader, key, caller).toFuture();
  }

  /**
   * Returns a Mono of the values of several keys. Keys that are cached or in flight are taken from
   * there; the loader is asked once for the rest. To cancel it is to leave every key.
   *
   * @param keys the keys; duplicates count once
   * @param loader makes a Mono of the values of the keys that are neither cached nor in flight
   * @return a Mono of an unmodifiable map of the keys that have a value, in the order asked. It
   *     fails with the first failure of a key
   */
  public Mono<Map<K, V>> getAllOrFetch(
      Collection<? extends K> keys,
      Function<? super Set<K>, ? extends Mono<? extends Map<? extends K, ? extends V>>> loader) {
    Objects.requireNonNull(loader, "loader");
    return getAllOrFetch(keys, (missing, context) -> loader.apply(missing));
  }

  /**
   * Returns a Mono of the values of several keys. Keys that are cached or in flight are taken from
   * there; the loader is asked once for the rest. To cancel it is to leave every key.
   *
   * @param keys the keys; duplicates count once
   * @param loader makes a Mono of the values of the keys that are neither cached nor in flight; it
   *     is given the context of their fetch as well
   * @return a Mono of an unmodifiable map of the keys that have a value, in the order asked. It
   *     fails with the first failure of a key
   */
  public Mono<Map<K, V>> getAllOrFetch(
      Collection<? extends K> keys,
      BiFunction<
              ? super Set<K>,
              ? super FetchContext,
              ? extends Mono<? extends Map<? extends K, ? extends V>>>
          loader) {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(loader, "loader");
    List<K> asked = new ArrayList<>(keys); // as they are now: it is called at each subscription
    asked.forEach(key -> Objects.requireNonNull(key, "key"));
    return new HandleMono<>(caller -> cache.getAllOrFetch(asked, bulkLoader(loader, caller)));
  }

  @SuppressWarnings("unchecked") // the set cannot be written to
  private static <K, V> BulkLoader<K, V> bulkLoader(
      BiFunction<
              ? super Set<K>,
              ? super FetchContext,
              ? extends Mono<? extends Map<? extends K, ? extends V>>>
          loader,
      ContextView caller) {
    return (keys, context) ->
        made(loader.apply((Set<K>) keys, context), loader, keys, caller)
            .<Map<? extends K, ? extends V>>map(found -> found)
            .defaultIfEmpty(Map.of())
            .toFuture();
  }

  private static <T> Mono<T> made(Mono<T> source, Object loader, Object key, ContextView caller) {
    return Objects.requireNonNull(
            source,
            () ->
                "the loader %s returned null in the place of a Mono for key %s: return Mono.empty() if there is no value"
                    .formatted(loader, key))
        .contextWrite(caller);
  }

  /**
   * Returns a Mono of the cached value, looked up at each subscription. It starts nothing and joins
   * nothing.
   *
   * @param key the key
   * @return a Mono that is empty if none is cached
   */
  public Mono<V> getIfPresent(K key) {
    Objects.requireNonNull(key, "key");
    return Mono.fromSupplier(() -> cache.getIfPresent(key));
  }

  /**
   * Returns a Flux of the cache's events. Each subscriber begins with the next event. What it has
   * not requested waits, up to the capacity; then the oldest are dropped. The Flux completes when
   * the cache closes.
   *
   * @param capacity how many events a subscriber may lag behind before it loses the oldest of them,
   *     1 or more
   * @return a Flux of what happens from each subscription on
   * @throws IllegalArgumentException if the capacity is zero or negative
   * @throws IllegalStateException if the cache was built without {@link
   *     dev.slipstream.CoalescingCacheBuilder#eventJournal}
   */
  public Flux<CacheEvent<K, V>> events(int capacity) {
    return JdkFlowAdapter.flowPublisherToFlux(cache.events().publisher(capacity));
  }

  /**
   * Returns a Flux of the fetches that are running, looked up at once and then again and again, on
   * Reactor's parallel scheduler. A subscriber that requests nothing misses looks. The Flux does
   * not end by itself.
   *
   * @param every the time from one look to the next, on the wall clock; more than zero
   * @return a Flux of unmodifiable lists, the oldest fetch first
   * @throws IllegalArgumentException if the time is zero or negative
   */
  public Flux<List<InFlight<K>>> inFlight(Duration every) {
    Objects.requireNonNull(every, "every");
    if (every.isZero() || every.isNegative()) {
      throw new IllegalArgumentException("every must be more than zero, but is " + every);
    }
    return Flux.interval(Duration.ZERO, every).onBackpressureDrop().map(tick -> cache.inFlight());
  }

  @Override
  public String toString() {
    return "ReactorCache[%s]".formatted(cache.name());
  }
}
