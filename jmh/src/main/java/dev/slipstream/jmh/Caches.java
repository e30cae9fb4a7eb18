package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.Executor;
import org.cache2k.Cache2kBuilder;

/** The caches that are measured side by side, built alike. */
public final class Caches {

  private Caches() {}

  public static <K, V> CoalescingCache<K, V> slipstream(long maximumSize) {
    return CoalescingCache.builder().maximumSize(maximumSize).build();
  }

  /** Returns a cache that runs blocking loaders on the caller's thread, as its peers do. */
  public static <K, V> CoalescingCache<K, V> sameThreadSlipstream(long maximumSize) {
    return CoalescingCache.builder().maximumSize(maximumSize).executor(Runnable::run).build();
  }

  /** Returns the peer in its faster form: maintenance runs inline, as in Slipstream's L1. */
  public static <K, V> AsyncCache<K, V> asyncCache(long maximumSize) {
    return asyncCache(maximumSize, Runnable::run);
  }

  public static <K, V> AsyncCache<K, V> asyncCache(long maximumSize, Executor executor) {
    return Caffeine.newBuilder().maximumSize(maximumSize).executor(executor).buildAsync();
  }

  public static <K, V> com.github.benmanes.caffeine.cache.Cache<K, V> caffeine(long maximumSize) {
    return Caffeine.newBuilder().maximumSize(maximumSize).executor(Runnable::run).build();
  }

  public static <K, V> com.google.common.cache.Cache<K, V> guava(long maximumSize) {
    return CacheBuilder.newBuilder().maximumSize(maximumSize).build();
  }

  public static org.cache2k.Cache<Integer, Integer> cache2k(long maximumSize) {
    return Cache2kBuilder.of(Integer.class, Integer.class)
        .entryCapacity(maximumSize)
        .eternal(true)
        .build();
  }
}
