package dev.slipstream.spring;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchException;
import dev.slipstream.FetchHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.support.AbstractValueAdaptingCache;

/**
 * A {@link CoalescingCache} as one of Spring's caches.
 *
 * <pre>{@code
 * CoalescingCache<Object, Object> users =
 *     CoalescingCache.builder().name("users").maximumSize(10_000).build();
 * Cache cache = new SlipstreamCache("users", users);
 *
 * User user = cache.get(42, () -> queryUser(42)); // joins a load that is running, or starts one
 * }</pre>
 *
 * <p>The two methods that are given a loader, which {@code @Cacheable(sync = true)} uses, share one
 * load among all callers of a key. It is called on the thread of the caller that came first, with
 * its transaction and its thread-locals. A caller that is interrupted, times out or cancels its
 * future leaves; when the last one leaves, the load's future is cancelled. A value that is written
 * or evicted while it is loaded is not stored.
 *
 * <p>Where null values are allowed they are stored, as a mark. Where they are not, {@code put}
 * refuses them, and a load may bring none: its callers get null, and nothing is stored unless the
 * cache has an {@code absentTtl}.
 *
 * <p>Closing the {@link CoalescingCache} is up to its owner.
 */
public final class SlipstreamCache extends AbstractValueAdaptingCache {
  private final String name;
  private final CoalescingCache<Object, Object> cache;
  private final @Nullable Duration callerTimeout;
  private final SplitReads splitReads;

  /**
   * Makes a cache that allows null values.
   *
   * @param name what Spring calls the cache
   * @param cache holds the values
   */
  public SlipstreamCache(String name, CoalescingCache<Object, Object> cache) {
    this(name, cache, true);
  }

  /**
   * Makes a cache.
   *
   * @param name what Spring calls the cache
   * @param cache holds the values
   * @param allowNullValues whether null is a value that is stored
   */
  public SlipstreamCache(
      String name, CoalescingCache<Object, Object> cache, boolean allowNullValues) {
    this(name, cache, allowNullValues, null);
  }

  SlipstreamCache(
      String name,
      CoalescingCache<Object, Object> cache,
      boolean allowNullValues,
      @Nullable Duration callerTimeout) {
    super(allowNullValues);
    this.name = Objects.requireNonNull(name, "name");
    this.cache = Objects.requireNonNull(cache, "cache");
    this.callerTimeout = callerTimeout;
    this.splitReads = new SplitReads(name);
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CoalescingCache<Object, Object> getNativeCache() {
    return cache;
  }

  @Override
  protected @Nullable Object lookup(Object key) {
    Object stored = cache.getIfPresent(key);
    if (stored == null) {
      splitReads.missed();
    }
    return stored;
  }

  /**
   * Returns the value, loading it on this thread if no other caller is loading it already.
   *
   * @throws org.springframework.cache.Cache.ValueRetrievalException if there is no value. Its cause
   *     is what the loader threw; or the {@link FetchException} that says why this caller got none:
   *     it was interrupted, timed out, would wait for itself, or the cache is closed. What another
   *     caller's loader threw is wrapped, if it is a checked exception, as Spring's interceptor
   *     expects it
   */
  @Override
  @SuppressWarnings("unchecked") // the caller vouches for the type, as Spring's interface has it
  public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
    CallableLoad load = new CallableLoad(valueLoader, this::toLoaded);
    FetchHandle<Object> handle = cache.getOrFetch(key, AsyncLoader.blocking(load, Runnable::run));
    try {
      Object stored = callerTimeout == null ? handle.await() : handle.await(callerTimeout);
      return (T) fromStoreValue(stored);
    } catch (FetchException e) {
      throw new ValueRetrievalException(key, valueLoader, load.causeFor(handle, e));
    }
  }

  /**
   * Returns a future of the value: cached, or of the load that is running. To cancel it, or a stage
   * derived directly from it, is to leave that load.
   *
   * @return a future of a {@link org.springframework.cache.Cache.ValueWrapper}, or of null if the
   *     load that was running finds that there is no value; null if nothing is cached or loaded
   */
  @Override
  public @Nullable CompletableFuture<?> retrieve(Object key) {
    Object stored = cache.getIfPresent(key);
    if (stored == null) {
      FetchHandle<Object> running = cache.joinIfInFlight(key);
      if (running != null) {
        return limited(running).map(this::toValueWrapper);
      }
      stored = cache.asMap().containsKey(key) ? cache.getIfPresent(key) : null; // stored meanwhile
    }
    if (stored == null) {
      splitReads.missed();
      return null;
    }
    return CompletableFuture.completedFuture(toValueWrapper(stored));
  }

  /**
   * Returns a future of the value, calling the loader on this thread if no other caller is loading
   * it already. To cancel the future, or a stage derived directly from it, is to leave; when the
   * last caller has left, the loader's future is cancelled.
   *
   * @return a future that fails with what the loader threw or its future failed with, or with a
   *     {@link FetchException}
   */
  @Override
  @SuppressWarnings("unchecked") // as above
  public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> valueLoader) {
    FutureLoad load = new FutureLoad(valueLoader, this::toLoaded);
    return (CompletableFuture<T>) limited(cache.getOrFetch(key, load)).map(this::fromStoreValue);
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    splitReads.put();
    cache.put(key, toStoreValue(value));
  }

  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    return toValueWrapper(cache.asMap().putIfAbsent(key, toStoreValue(value)));
  }

  @Override
  public void evict(Object key) {
    cache.invalidate(key);
  }

  @Override
  public boolean evictIfPresent(Object key) {
    return cache.asMap().remove(key) != null;
  }

  @Override
  public void clear() {
    cache.invalidateAll();
  }

  @Override
  public boolean invalidate() {
    boolean hadSome = !cache.asMap().isEmpty();
    cache.invalidateAll();
    return hadSome;
  }

  private FetchHandle<Object> limited(FetchHandle<Object> handle) {
    if (callerTimeout != null && !handle.isDone()) {
      var unused = handle.orTimeout(NANOSECONDS.convert(callerTimeout), NANOSECONDS);
    }
    return handle;
  }

  /** Returns what the cache is given for a loaded value: null for none, where null is no value. */
  private @Nullable Object toLoaded(@Nullable Object value) {
    return value == null && !isAllowNullValues() ? null : toStoreValue(value);
  }

  @Override
  public String toString() {
    return "SlipstreamCache[%s]".formatted(name);
  }
}
