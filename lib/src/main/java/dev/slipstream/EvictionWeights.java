package dev.slipstream;

import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;

/**
 * Takes from what Caffeine counts the weights of evicted entries: it has them, and the user's
 * weigher is not asked again.
 */
final class EvictionWeights implements StatsCounter {
  private final StatsRecorder stats;

  EvictionWeights(StatsRecorder stats) {
    this.stats = stats;
  }

  @Override
  public void recordEviction(int weight, RemovalCause cause) {
    stats.evictedWeight(weight);
  }

  @Override
  public void recordHits(int count) {}

  @Override
  public void recordMisses(int count) {}

  @Override
  public void recordLoadSuccess(long loadTime) {}

  @Override
  public void recordLoadFailure(long loadTime) {}

  @Override
  public CacheStats snapshot() {
    return CacheStats.empty();
  }
}
