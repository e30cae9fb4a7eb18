package dev.slipstream.spring.boot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the caches.
 *
 * @param spec Bounds and times to live of each cache in Caffeine's format, such as
 *     "maximumSize=10000, expireAfterWrite=5m".
 * @param cacheNames Names of the caches, which are made at the start. If neither this nor "caches"
 *     has any, each cache that is asked for is made.
 * @param caches Settings of single caches, by name, in place of those for all.
 * @param fetchTimeout How long a load may take, for all of its callers. Not limited by default.
 * @param callerTimeout How long a caller waits for a load that another one runs. Not limited by
 *     default.
 * @param allowNullValues Whether null is a value that is stored.
 * @param absentTtl How long to remember that a key has no value; only where null values are not
 *     allowed.
 * @param recordStats Whether the caches count, for statistics and meters.
 * @param eventJournal How many of its latest events each cache keeps. None by default.
 * @param rethrowLoadFailures Whether a failed load is kept from being repeated by each of its
 *     callers, whatever the error handler does.
 * @param syncByDefault Whether {@code @Cacheable} methods share their loads without {@code sync =
 *     true}, where Spring allows it.
 */
@ConfigurationProperties("slipstream.cache")
public record SlipstreamCacheProperties(
    @Nullable String spec,
    @Nullable List<String> cacheNames,
    @DefaultValue Map<String, OneCache> caches,
    @Nullable Duration fetchTimeout,
    @Nullable Duration callerTimeout,
    @DefaultValue("true") boolean allowNullValues,
    @Nullable Duration absentTtl,
    @DefaultValue("true") boolean recordStats,
    @Nullable Integer eventJournal,
    @DefaultValue("true") boolean rethrowLoadFailures,
    @DefaultValue("false") boolean syncByDefault) {

  /**
   * Settings of one cache.
   *
   * @param spec Bounds and times to live in Caffeine's format.
   * @param fetchTimeout How long a load may take.
   */
  public record OneCache(@Nullable String spec, @Nullable Duration fetchTimeout) {}
}
