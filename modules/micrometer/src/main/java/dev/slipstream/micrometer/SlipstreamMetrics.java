package dev.slipstream.micrometer;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import dev.slipstream.CoalescingCacheBuilder;
import dev.slipstream.FetchListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.cache.CacheMeterBinder;
import java.util.Objects;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the meters of a cache: those that Micrometer has for every cache, and those of its fetches.
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder()
 *         .name("users")
 *         .maximumSize(10_000)
 *         .recordStats()
 *         .fetchListener(SlipstreamMetrics.fetchDurations(registry, "users"))
 *         .build();
 * SlipstreamMetrics.monitor(registry, users, "users");
 * }</pre>
 *
 * <p>The meters read the cache's counts when they are read themselves, and cost a call of the cache
 * nothing. Without {@link CoalescingCacheBuilder#recordStats()} there are only the gauges and the
 * counts that every cache has; the binder logs a warning then. The page {@code
 * docs/observability.md} of the sources lists them.
 *
 * <p>Neither the binder nor its meters keep the cache alive. When it has been collected, gauges
 * read NaN and counters keep their last value; {@link #unbindFrom} removes them. Do that before
 * another cache is bound by the same name and tags: a registry goes on with a meter that it has.
 *
 * <p>All methods may be called from any thread.
 *
 * @param <C> the type of the cache
 */
public final class SlipstreamMetrics<C extends CoalescingCache<?, ?>> extends CacheMeterBinder<C> {
  private static final Logger LOG = LoggerFactory.getLogger(SlipstreamMetrics.class);
  private static final long NOT_COUNTED = -1; // as CacheMeterBinder has it

  /** The misses so far. Their parts are read one after another, so that a sum may come out less. */
  private final LongAccumulator misses = new LongAccumulator(Math::max, 0);

  /**
   * Makes a binder.
   *
   * @param cache the cache
   * @param cacheName the value of the tag {@code cache}
   * @param tags further tags of all meters
   */
  public SlipstreamMetrics(C cache, String cacheName, Iterable<Tag> tags) {
    super(
        Objects.requireNonNull(cache, "cache"),
        Objects.requireNonNull(cacheName, "cacheName"),
        Objects.requireNonNull(tags, "tags"));
    if (!cache.isRecordingStats()) {
      LOG.warn(
          "cache {}: it counts nothing, so there are only the meters of its size and of what is running."
              + " Call recordStats() on its builder for the others",
          cacheName);
    }
  }

  /**
   * Binds the meters of a cache to a registry.
   *
   * @param registry the registry
   * @param cache the cache
   * @param cacheName the value of the tag {@code cache}
   * @param tags keys and values of further tags, in turn
   * @param <C> the type of the cache
   * @return the cache
   * @throws IllegalArgumentException if a tag has no value
   */
  public static <C extends CoalescingCache<?, ?>> C monitor(
      MeterRegistry registry, C cache, String cacheName, String... tags) {
    return monitor(registry, cache, cacheName, Tags.of(tags));
  }

  /**
   * Binds the meters of a cache to a registry.
   *
   * @param registry the registry
   * @param cache the cache
   * @param cacheName the value of the tag {@code cache}
   * @param tags further tags
   * @param <C> the type of the cache
   * @return the cache
   */
  public static <C extends CoalescingCache<?, ?>> C monitor(
      MeterRegistry registry, C cache, String cacheName, Iterable<Tag> tags) {
    Objects.requireNonNull(registry, "registry");
    new SlipstreamMetrics<>(cache, cacheName, tags).bindTo(registry);
    return cache;
  }

  /**
   * Returns a listener that times each fetch: the timer {@code slipstream.fetch.duration}, by
   * outcome, with the histogram that percentiles are computed of. A cache is given it before it is
   * built; one may be given to several caches, to time them as one.
   *
   * @param registry has the timer, from the first fetch on
   * @param cacheName the value of the tag {@code cache}
   * @param tags keys and values of further tags, in turn
   * @return a listener for {@link CoalescingCacheBuilder#fetchListener}
   * @throws IllegalArgumentException if a tag has no value
   */
  public static FetchListener<Object> fetchDurations(
      MeterRegistry registry, String cacheName, String... tags) {
    return fetchDurations(registry, cacheName, Tags.of(tags));
  }

  /**
   * Returns a listener that times each fetch: see {@link #fetchDurations(MeterRegistry, String,
   * String...)}.
   *
   * @param registry has the timer, from the first fetch on
   * @param cacheName the value of the tag {@code cache}
   * @param tags further tags
   * @return a listener for {@link CoalescingCacheBuilder#fetchListener}
   */
  public static FetchListener<Object> fetchDurations(
      MeterRegistry registry, String cacheName, Iterable<Tag> tags) {
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(cacheName, "cacheName");
    return new FetchDurations(registry, Tags.concat(tags, "cache", cacheName));
  }

  /**
   * Removes the meters of this binder, and the timer of the same name and tags, from a registry. To
   * be called for a cache that is closed while the registry goes on.
   *
   * @param registry the registry that they were bound to; others have none of them
   */
  public void unbindFrom(MeterRegistry registry) {
    Objects.requireNonNull(registry, "registry");
    MeterNames.of(getTagsWithCacheName()).forEach(registry::removeByPreFilterId);
  }

  @Override
  protected @Nullable Long size() {
    C cache = getCache();
    return cache == null ? null : Long.valueOf(cache.estimatedSize());
  }

  @Override
  protected long hitCount() {
    return count(stats -> stats.hitCount() + stats.readHitCount());
  }

  @Override
  protected @Nullable Long missCount() {
    long seen = count(SlipstreamMetrics::missCount);
    if (seen == NOT_COUNTED) {
      return null;
    }
    misses.accumulate(seen);
    return misses.get();
  }

  /** Refreshes are fetches of no call. */
  private static long missCount(CacheStats stats) {
    long started = stats.fetchCount() - stats.refreshCount() - stats.earlyRefreshCount();
    return Math.max(0, started) + stats.joinCount() + stats.readMissCount();
  }

  @Override
  protected @Nullable Long evictionCount() {
    long evictions = count(CacheStats::evictionCount);
    return evictions == NOT_COUNTED ? null : Long.valueOf(evictions);
  }

  @Override
  protected long putCount() {
    return count(CacheStats::putCount);
  }

  private long count(ToLongFunction<CacheStats> count) {
    C cache = getCache();
    return cache == null || !cache.isRecordingStats()
        ? NOT_COUNTED
        : count.applyAsLong(cache.stats());
  }

  @Override
  protected void bindImplementationSpecificMetrics(MeterRegistry registry) {
    C cache = getCache();
    if (cache == null) {
      return;
    }
    Gauge.builder("slipstream.fetches.active", cache, CoalescingCache::inFlightCount)
        .tags(getTagsWithCacheName())
        .description("The fetches that are running, fenced ones included")
        .register(registry);
    Gauge.builder("slipstream.awaiters.active", cache, CoalescingCache::awaiterCount)
        .tags(getTagsWithCacheName())
        .description("The callers that wait for a fetch")
        .register(registry);
    TimeGauge.builder("slipstream.fetch.oldest.age", cache, NANOSECONDS, SlipstreamMetrics::oldest)
        .tags(getTagsWithCacheName())
        .description("How long the oldest running fetch has been running; 0 if none is")
        .register(registry);
    for (StatsMeter meter : StatsMeter.ALL) {
      if (cache.isRecordingStats() || meter.isAlwaysCounted()) {
        bind(meter, cache, registry);
      }
    }
    if (cache.isRecordingStats()) {
      TimeGauge.builder("cache.load.duration", cache, NANOSECONDS, c -> c.stats().totalFetchNanos())
          .tags(getTagsWithCacheName())
          .description("How long all ended fetches took together")
          .register(registry);
    }
  }

  private void bind(StatsMeter meter, C cache, MeterRegistry registry) {
    Meter unused =
        FunctionCounter.builder(meter.name(), cache, c -> meter.count().applyAsLong(c.stats()))
            .tags(getTagsWithCacheName())
            .tags(meter.tags())
            .description(meter.description())
            .register(registry);
  }

  private static double oldest(CoalescingCache<?, ?> cache) {
    return cache.oldestFetchAge().map(age -> (double) age.toNanos()).orElse(0.0);
  }
}
