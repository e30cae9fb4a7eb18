package dev.slipstream.jmh;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipstream.CoalescingCache;
import java.util.concurrent.Executor;

/** The caches that stand side by side, set up alike. */
final class Caches {

  private Caches() {}

  static <K, V> CoalescingCache<K, V> slipstream(long maximumSize) {
    return CoalescingCache.builder().maximumSize(maximumSize).build();
  }

  /** The peer at its best: maintenance runs inline, as it does in Slipstream's L1. */
  static <K, V> AsyncCache<K, V> asyncCache(long maximumSize) {
    return asyncCache(maximumSize, Runnable::run);
  }

  static <K, V> AsyncCache<K, V> asyncCache(long maximumSize, Executor executor) {
    return Caffeine.newBuilder().maximumSize(maximumSize).executor(executor).buildAsync();
  }
}
