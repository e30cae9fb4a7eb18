package dev.slipstream;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The failures of loads that callers get for a time, in place of a fetch of their own. */
final class RememberedFailures<K> {
  private final Cache<K, Throwable> failures;
  private final Predicate<? super Throwable> remembers;
  private final String cache;

  RememberedFailures(
      Cache<K, Throwable> failures, Predicate<? super Throwable> remembers, String cache) {
    this.failures = failures;
    this.remembers = remembers;
    this.cache = cache;
  }

  @Nullable Throwable find(K key) {
    return failures.getIfPresent(key);
  }

  /** Remembers a failure of a load, if it is one that is to be. */
  void add(K key, Throwable failure) {
    boolean ofNoLoad =
        failure instanceof RecursiveFetchException || failure instanceof FetchRejectedException;
    if (!ofNoLoad && Failures.matches(remembers, failure, cache)) {
      failures.put(key, failure);
    }
  }

  void remove(K key) {
    failures.invalidate(key);
  }

  void removeIf(Predicate<? super K> keys) {
    failures.asMap().keySet().removeIf(keys);
  }

  void removeAll() {
    failures.invalidateAll();
  }
}
