package dev.slipstream;

import dev.slipstream.internal.Arguments;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The blocking view of handles: waits, and throws an exception made in the caller's own thread. */
final class Blocking {
  private Blocking() {}

  /**
   * Refuses a caller that could not wait: its thread is interrupted, or it has no time. It starts
   * and joins nothing.
   *
   * @param timeout null for a caller that waits without limit
   */
  static void requireWilling(
      @Nullable Object key, CacheConfig<?, ?> cache, @Nullable Duration timeout) {
    if (Thread.currentThread().isInterrupted()) {
      throw new FetchException(
          "cache %s: the calling thread is interrupted: it has started no fetch of %s"
              .formatted(cache.name(), what(key)),
          key,
          new InterruptedException());
    }
    if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
      throw new FetchTimeoutException(
          "cache %s: %s is not cached, and the timeout of %s leaves no time to fetch it"
              .formatted(cache.name(), what(key), timeout),
          key,
          null);
    }
  }

  /** Waits for a handle as {@code cache.get} does. */
  static <V> @Nullable V await(
      PrivateFuture<V> handle, @Nullable Object key, CacheConfig<?, ?> cache) {
    try {
      return handle.get();
    } catch (InterruptedException e) {
      throw interrupted(handle, key, cache, e);
    } catch (ExecutionException | RuntimeException e) {
      throw failure(handle, e, key, cache);
    }
  }

  static <V> @Nullable V await(
      PrivateFuture<V> handle, @Nullable Object key, CacheConfig<?, ?> cache, Duration timeout) {
    try {
      return handle.get(Arguments.saturatedNanos(timeout), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(handle, key, cache, e);
    } catch (TimeoutException e) {
      handle.cancel(false);
      throw new FetchTimeoutException(
          "cache %s: the caller waited %s for %s and has left the fetch"
              .formatted(cache.name(), timeout, what(key)),
          key,
          null);
    } catch (ExecutionException | RuntimeException e) {
      throw failure(handle, e, key, cache);
    }
  }

  static FetchException interrupted(
      PrivateFuture<?> future,
      @Nullable Object key,
      CacheConfig<?, ?> cache,
      InterruptedException e) {
    future.cancel(false);
    Thread.currentThread().interrupt();
    return new FetchException(
        "cache %s: the caller was interrupted while it waited for %s and has left the fetch"
            .formatted(cache.name(), what(key)),
        key,
        e);
  }

  /**
   * Returns the exception for a caller whose wait has ended with one. The JDK asks a failure for
   * its text when it wraps it, and throws what that throws: so the failure is read from the future.
   */
  static FetchException failure(
      PrivateFuture<?> future, Exception thrown, @Nullable Object key, CacheConfig<?, ?> cache) {
    if (!future.isDone()) { // the wait was refused, since it would never have ended
      future.cancel(false);
      if (thrown instanceof RecursiveFetchException refused) {
        return refused;
      }
      return new FetchException(
          "cache %s: the wait for %s failed: %s"
              .formatted(cache.name(), what(key), Failures.text(thrown)),
          key,
          thrown);
    }
    Throwable cause = future.handle((value, failure) -> failure).join();
    return exception(cause, future.hasOwnFailure(), key, cache);
  }

  /**
   * Returns one of its own type for what the library has thrown, and for a cycle of loaders, which
   * concerns all of them; else a FetchException round what the loader has thrown.
   */
  static FetchException exception(
      @Nullable Throwable cause, boolean own, @Nullable Object key, CacheConfig<?, ?> cache) {
    if (cause instanceof FetchException thrown
        && (own || thrown instanceof RecursiveFetchException)) {
      return thrown.forCaller();
    }
    return new FetchException(
        "cache %s: the fetch of %s failed: %s"
            .formatted(cache.name(), what(key), Failures.text(cause)),
        key,
        cause);
  }

  private static String what(@Nullable Object key) {
    return key == null ? "several keys" : "key " + Failures.text(key);
  }
}
