package dev.slipstream.spring;

import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.cache.CacheManager;

/**
 * Makes the caches that {@code @Cacheable} names: those of fixed names when the context starts, or
 * each when it is first asked for. They are closed with the context.
 *
 * <pre>{@code
 * @Bean
 * SlipstreamCacheManager cacheManager() {
 *   SlipstreamCacheManager manager = new SlipstreamCacheManager("users", "orders");
 *   manager.setSpec("maximumSize=10000, expireAfterWrite=5m");
 *   manager.setCallerTimeout(Duration.ofSeconds(2));
 *   return manager;
 * }
 * }</pre>
 *
 * <p>Settings are made before the first cache is: later ones are an {@link IllegalStateException}.
 * All other methods may be called from any thread.
 */
public class SlipstreamCacheManager implements CacheManager, InitializingBean, DisposableBean {
  private final Map<String, SlipstreamCache> caches = new ConcurrentHashMap<>();
  private final Set<String> customNames = ConcurrentHashMap.newKeySet();

  /** The fixed names; null if any cache is made that is asked for. */
  private volatile @Nullable Set<String> fixedNames;

  // Guarded by this, as each making and removing of a cache is.
  private final CacheListeners listeners = new CacheListeners();
  private final Map<String, String> specs = new HashMap<>();
  private @Nullable String spec;
  private @Nullable BiConsumer<String, CoalescingCacheBuilder<Object, Object>> customizer;
  private boolean allowNullValues = true;
  private boolean recordStats = true;
  private @Nullable Duration callerTimeout;
  private boolean destroyed;

  /** Makes a manager whose caches are made when they are asked for. */
  public SlipstreamCacheManager() {}

  /**
   * Makes a manager of caches with fixed names.
   *
   * @param cacheNames the names, as {@link #setCacheNames} takes them
   */
  public SlipstreamCacheManager(String... cacheNames) {
    this.fixedNames = checkedNames(Arrays.asList(cacheNames));
  }

  /**
   * Fixes the names of the caches. There are no others then, but for custom ones and those that
   * exist already.
   *
   * @param cacheNames the names; null, as by default, to make each cache that is asked for
   */
  public void setCacheNames(@Nullable Collection<String> cacheNames) {
    fixedNames = cacheNames == null ? null : checkedNames(cacheNames);
  }

  /**
   * Sets the bounds and times to live of the caches that this manager makes.
   *
   * @param spec the settings in Caffeine's format, as {@link CoalescingCacheBuilder#from} takes
   *     them, such as {@code "maximumSize=10000, expireAfterWrite=5m"}
   * @throws IllegalArgumentException if it is malformed; the message names the part
   */
  public synchronized void setSpec(String spec) {
    Objects.requireNonNull(spec, "spec");
    requireNoCaches("setSpec");
    CoalescingCacheBuilder<Object, Object> unused = CoalescingCacheBuilder.from(spec);
    this.spec = spec;
  }

  /**
   * Sets the bounds and times to live of one cache, in place of those for all.
   *
   * @param cacheName the name of a cache that this manager makes
   * @param spec the settings of that cache, as {@link #setSpec(String)} takes them
   * @throws IllegalArgumentException if it is malformed; the message names the part
   */
  public synchronized void setSpec(String cacheName, String spec) {
    requireName(cacheName);
    Objects.requireNonNull(spec, "spec");
    requireNoCaches("setSpec");
    CoalescingCacheBuilder<Object, Object> unused = CoalescingCacheBuilder.from(spec);
    specs.put(cacheName, spec);
  }

  /**
   * Sets what adds further settings to the builder of each cache that this manager makes. The
   * builder has the name, the settings of the {@link #setSpec(String) spec} and {@code
   * recordStats}, which cannot be set again.
   *
   * @param customizer is given the name of a cache and its builder, under the manager's lock; what
   *     it throws fails the cache
   */
  public synchronized void setCustomizer(
      BiConsumer<String, CoalescingCacheBuilder<Object, Object>> customizer) {
    Objects.requireNonNull(customizer, "customizer");
    requireNoCaches("setCustomizer");
    this.customizer = customizer;
  }

  /**
   * Sets whether null is a value that is stored. By default it is.
   *
   * @param allowNullValues whether all caches of this manager store it
   */
  public synchronized void setAllowNullValues(boolean allowNullValues) {
    requireNoCaches("setAllowNullValues");
    this.allowNullValues = allowNullValues;
  }

  /**
   * Sets whether the caches that this manager makes count what {@link CoalescingCache#stats}
   * returns. By default they do.
   *
   * @param recordStats whether they count
   */
  public synchronized void setRecordStats(boolean recordStats) {
    requireNoCaches("setRecordStats");
    this.recordStats = recordStats;
  }

  /**
   * Sets how long a caller waits for a load that another one runs. Then it leaves, and no other
   * caller does: a blocking one gets a {@link dev.slipstream.FetchTimeoutException}, a future or
   * Mono fails with a {@link java.util.concurrent.TimeoutException}. A blocking method that a
   * caller runs itself is not cut short: that is what {@link CoalescingCacheBuilder#fetchTimeout}
   * does. By default there is no limit.
   *
   * @param callerTimeout a time on the wall clock, more than zero
   * @throws IllegalArgumentException if it is not more than zero
   */
  public synchronized void setCallerTimeout(Duration callerTimeout) {
    Objects.requireNonNull(callerTimeout, "callerTimeout");
    requireNoCaches("setCallerTimeout");
    if (callerTimeout.isZero() || callerTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "callerTimeout must be more than zero, but is " + callerTimeout);
    }
    this.callerTimeout = callerTimeout;
  }

  /**
   * Adds a cache that was built elsewhere, in the place of one of that name. It is closed with this
   * manager, though not when it is removed.
   *
   * @param name what Spring calls the cache
   * @param cache holds the values
   * @throws IllegalStateException if this manager is destroyed
   */
  public synchronized void registerCustomCache(String name, CoalescingCache<Object, Object> cache) {
    Objects.requireNonNull(cache, "cache");
    requireName(name);
    if (destroyed) {
      throw new IllegalStateException(
          "cache '%s' cannot be registered: its manager is destroyed".formatted(name));
    }
    removeCache(name);
    customNames.add(name);
    add(new SlipstreamCache(name, cache, allowNullValues, callerTimeout));
  }

  /**
   * Adds a listener that is notified of the caches that this manager has now, and of those that
   * come and go. It cannot be removed.
   *
   * @param listener is called under the manager's lock, and must be quick; what it throws is logged
   */
  public synchronized void addCacheListener(SlipstreamCacheListener listener) {
    listeners.add(listener, caches.values());
  }

  private void add(SlipstreamCache cache) {
    caches.put(cache.getName(), cache);
    listeners.added(cache);
  }

  /**
   * Removes a cache. If this manager has made it, it is closed: callers that wait for its loads get
   * a {@link dev.slipstream.CacheClosedException}. If its name is asked for again, and is a fixed
   * one or none is fixed, a new cache is made.
   *
   * @param name the name of a cache; it need not exist
   */
  public synchronized void removeCache(String name) {
    SlipstreamCache removed = caches.remove(name);
    if (!customNames.remove(name) && removed != null) {
      removed.getNativeCache().close();
    }
    if (removed != null) {
      listeners.removed(removed);
    }
  }

  /**
   * Clears all caches. Those that were made because they were asked for, where no names are fixed,
   * are removed as {@link #removeCache} does it.
   */
  public synchronized void resetCaches() {
    for (String name : List.copyOf(caches.keySet())) {
      SlipstreamCache cache = caches.get(name);
      if (cache != null && !destroyed) {
        cache.clear();
      }
      if (fixedNames == null && !customNames.contains(name)) {
        removeCache(name);
      }
    }
  }

  /**
   * Returns a cache, making it if need be.
   *
   * @param name its name
   * @return the cache; null if its name is not among the fixed ones, or it would have to be made
   *     and this manager is destroyed
   * @throws IllegalStateException if it cannot be built: the message names the setting
   */
  @Override
  public @Nullable SlipstreamCache getCache(String name) {
    SlipstreamCache cache = caches.get(name);
    return cache != null ? cache : makeCache(name);
  }

  private synchronized @Nullable SlipstreamCache makeCache(String name) {
    SlipstreamCache existing = caches.get(name);
    Set<String> fixed = fixedNames;
    if (existing != null || destroyed || (fixed != null && !fixed.contains(name))) {
      return existing;
    }
    requireName(name);
    SlipstreamCache cache = new SlipstreamCache(name, build(name), allowNullValues, callerTimeout);
    add(cache);
    return cache;
  }

  private CoalescingCache<Object, Object> build(String name) {
    String own = specs.get(name);
    String settings = own == null ? spec : own;
    try {
      CoalescingCacheBuilder<Object, Object> builder =
          settings == null ? CoalescingCache.builder() : CoalescingCacheBuilder.from(settings);
      builder.name(name);
      if (recordStats && !hasRecordStats(settings)) {
        builder.recordStats();
      }
      if (customizer != null) {
        customizer.accept(name, builder);
      }
      return builder.build();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "cache '%s' cannot be built: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static boolean hasRecordStats(@Nullable String spec) {
    return spec != null
        && Arrays.stream(spec.split(",")).map(String::strip).anyMatch("recordStats"::equals);
  }

  /** Returns the fixed names and those of the caches that exist. */
  @Override
  public Collection<String> getCacheNames() {
    Set<String> names = new LinkedHashSet<>();
    Set<String> fixed = fixedNames;
    if (fixed != null) {
      names.addAll(fixed);
    }
    names.addAll(caches.keySet());
    return Collections.unmodifiableSet(names);
  }

  /** Makes the caches of fixed names, so that a setting that is wrong fails the context's start. */
  @Override
  public void afterPropertiesSet() {
    Set<String> fixed = fixedNames;
    if (fixed != null) {
      fixed.forEach(this::getCache);
    }
  }

  /**
   * Closes all caches: callers that wait get a {@link dev.slipstream.CacheClosedException}, and no
   * further caches are made.
   */
  @Override
  public synchronized void destroy() {
    if (destroyed) {
      return;
    }
    destroyed = true;
    caches.values().forEach(cache -> cache.getNativeCache().close());
    caches.values().forEach(listeners::removed);
  }

  private void requireNoCaches(String setter) {
    if (!caches.isEmpty()) {
      throw new IllegalStateException(
          "%s comes too late: the caches %s exist already; call it before the first cache is asked for or registered"
              .formatted(setter, caches.keySet()));
    }
  }

  private static Set<String> checkedNames(Collection<String> names) {
    names.forEach(SlipstreamCacheManager::requireName);
    return new LinkedHashSet<>(names);
  }

  private static void requireName(String name) {
    Objects.requireNonNull(name, "the name of a cache");
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of a cache is blank: give each one a name");
    }
  }
}
