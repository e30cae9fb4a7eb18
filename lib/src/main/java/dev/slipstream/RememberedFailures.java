package dev.slipstream;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The failures of loads that callers get for a time, in place of a fetch of their own. */
final class RememberedFailures<K> {
  private final Cache<K, RememberedFailure> failures;
  private final Predicate<? super Throwable> remembers;
  private final String cache;

  RememberedFailures(
      Cache<K, RememberedFailure> failures, Predicate<? super Throwable> remembers, String cache) {
    this.failures = failures;
    this.remembers = remembers;
    this.cache = cache;
  }

  @Nullable Throwable find(K key) {
    RememberedFailure found = failures.getIfPresent(key);
    return found == null ? null : found.failure;
  }

  /**
   * Returns whether a failure is to be remembered. Runs code of the user's.
   *
   * @param own whether this cache has made it, and no loader
   */
  boolean remembers(Throwable failure, boolean own) {
    boolean ofNoLoad =
        failure instanceof RecursiveFetchException
            || (own && failure instanceof FetchRejectedException);
    return !ofNoLoad && Failures.matches(remembers, failure, cache);
  }

  void add(K key, RememberedFailure failure) {
    failures.put(key, failure);
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

  /** Drops what is kept no longer. */
  void cleanUp() {
    failures.cleanUp();
  }
}
