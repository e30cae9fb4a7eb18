package dev.slipstream.spring;

import dev.slipstream.CoalescingCache;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheErrorHandler;

/**
 * Keeps a failed load from being repeated by each of its callers.
 *
 * <p>Spring asks its error handler about every failure that comes out of a future or a Mono of a
 * cache, also about one of the method itself. A handler that returns, as {@link
 * org.springframework.cache.interceptor.LoggingCacheErrorHandler} does, makes each caller call the
 * method again: one failed load of ten callers becomes ten more. A {@link SlipstreamCache} has no
 * store that could fail apart from the load, so this handler throws the failure of a get on; it
 * hands everything else to another one.
 *
 * <pre>{@code
 * @Override
 * public CacheErrorHandler errorHandler() { // of a CachingConfigurer
 *   return new LoadFailureRethrowingErrorHandler(new LoggingCacheErrorHandler());
 * }
 * }</pre>
 */
public final class LoadFailureRethrowingErrorHandler implements CacheErrorHandler {
  private final CacheErrorHandler other;

  /**
   * Makes a handler.
   *
   * @param other is given the failures of writes, and those of other providers' caches
   */
  public LoadFailureRethrowingErrorHandler(CacheErrorHandler other) {
    this.other = Objects.requireNonNull(other, "other");
  }

  /**
   * Throws the failure if the cache is Slipstream's, decorated or not; else asks the other handler.
   */
  @Override
  public void handleCacheGetError(RuntimeException exception, Cache cache, Object key) {
    if (cache.getNativeCache() instanceof CoalescingCache) {
      throw exception;
    }
    other.handleCacheGetError(exception, cache, key);
  }

  @Override
  public void handleCachePutError(
      RuntimeException exception, Cache cache, Object key, @Nullable Object value) {
    other.handleCachePutError(exception, cache, key, value);
  }

  @Override
  public void handleCacheEvictError(RuntimeException exception, Cache cache, Object key) {
    other.handleCacheEvictError(exception, cache, key);
  }

  @Override
  public void handleCacheClearError(RuntimeException exception, Cache cache) {
    other.handleCacheClearError(exception, cache);
  }
}
