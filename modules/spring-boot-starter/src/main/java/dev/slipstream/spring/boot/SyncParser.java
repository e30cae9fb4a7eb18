package dev.slipstream.spring.boot;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheAnnotationParser;
import org.springframework.cache.annotation.SpringCacheAnnotationParser;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.util.StringUtils;

/**
 * Reads {@code @Cacheable} as if it had {@code sync = true} where Spring allows that: on one cache,
 * without {@code unless}, and without another cache annotation beside it. One that names a cache
 * manager or resolver of its own is left as it is: the cache may be another one's.
 */
final class SyncParser implements CacheAnnotationParser {
  private final CacheAnnotationParser parser = new SpringCacheAnnotationParser();

  @Override
  public boolean isCandidateClass(Class<?> targetClass) {
    return parser.isCandidateClass(targetClass);
  }

  @Override
  public @Nullable Collection<CacheOperation> parseCacheAnnotations(Class<?> type) {
    return synced(parser.parseCacheAnnotations(type));
  }

  @Override
  public @Nullable Collection<CacheOperation> parseCacheAnnotations(Method method) {
    return synced(parser.parseCacheAnnotations(method));
  }

  private static @Nullable Collection<CacheOperation> synced(
      @Nullable Collection<CacheOperation> operations) {
    if (operations == null || operations.size() != 1) {
      return operations;
    }
    return operations.iterator().next() instanceof CacheableOperation cacheable
            && mayBeSync(cacheable)
        ? List.of(synced(cacheable))
        : operations;
  }

  private static boolean mayBeSync(CacheableOperation cacheable) {
    return cacheable.getCacheNames().size() == 1
        && !StringUtils.hasText(cacheable.getUnless())
        && !StringUtils.hasText(cacheable.getCacheManager())
        && !StringUtils.hasText(cacheable.getCacheResolver());
  }

  private static CacheOperation synced(CacheableOperation cacheable) {
    CacheableOperation.Builder builder = new CacheableOperation.Builder();
    builder.setName(cacheable.getName());
    builder.setCacheNames(cacheable.getCacheNames().toArray(String[]::new));
    builder.setKey(cacheable.getKey());
    builder.setKeyGenerator(cacheable.getKeyGenerator());
    builder.setCondition(cacheable.getCondition());
    builder.setSync(true);
    return builder.build();
  }
}
