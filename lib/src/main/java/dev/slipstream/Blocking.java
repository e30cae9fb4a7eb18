package dev.slipstream;

import dev.slipstream.internal.Arguments;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The blocking view of handles: waits, and says what went wrong in the caller's own thread. */
final class Blocking {
  private Blocking() {}

  static <V> @Nullable V await(FetchHandle<V> handle, Object key, CacheConfig<?, V> cache) {
    if (handle instanceof CachedValue<V> entry) {
      return entry.value();
    }
    try {
      return handle.get();
    } catch (RecursiveFetchException refused) {
      handle.cancel(false);
      throw refused;
    } catch (InterruptedException e) {
      throw interrupted(handle, key, cache, e);
    } catch (ExecutionException e) {
      throw failure(e.getCause(), isOwn(handle), key, cache);
    }
  }

  static <V> @Nullable V await(
      FetchHandle<V> handle, Object key, CacheConfig<?, V> cache, Duration timeout) {
    try {
      return handle.get(Arguments.saturatedNanos(timeout), TimeUnit.NANOSECONDS);
    } catch (RecursiveFetchException refused) {
      handle.cancel(false);
      throw refused;
    } catch (InterruptedException e) {
      throw interrupted(handle, key, cache, e);
    } catch (ExecutionException e) {
      throw failure(e.getCause(), isOwn(handle), key, cache);
    } catch (TimeoutException e) {
      handle.cancel(false);
      throw new FetchTimeoutException(
          "cache %s: the caller waited %s for key %s and has left the fetch"
              .formatted(cache.name(), timeout, Failures.text(key)),
          key,
          null);
    }
  }

  static <K, V> Map<K, V> await(BulkFuture<K, V> future, CacheConfig<K, V> cache) {
    try {
      return Objects.requireNonNull(future.get());
    } catch (RecursiveFetchException refused) {
      future.cancel(false);
      throw refused;
    } catch (InterruptedException e) {
      throw interrupted(future, null, cache, e);
    } catch (ExecutionException e) {
      BulkFuture.Fault fault = future.fault();
      throw fault == null
          ? failure(e.getCause(), false, null, cache)
          : failure(fault.failure(), fault.own(), fault.key(), cache);
    }
  }

  private static FetchException interrupted(
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
   * Returns the exception for a caller: one of its own type for what the library said, and for a
   * circle of loaders, which concerns everybody round it; else a FetchException round what the
   * loader threw.
   */
  private static FetchException failure(
      @Nullable Throwable cause, boolean own, @Nullable Object key, CacheConfig<?, ?> cache) {
    if (cause instanceof FetchException said && (own || said instanceof RecursiveFetchException)) {
      return said.forCaller();
    }
    return new FetchException(
        "cache %s: the fetch of %s failed: %s"
            .formatted(cache.name(), what(key), Failures.text(cause)),
        key,
        cause);
  }

  private static boolean isOwn(FetchHandle<?> handle) {
    return handle instanceof AwaiterHandle<?> awaiter
        ? awaiter.flight.hasOwnFailure()
        : handle instanceof FailedHandle;
  }

  private static String what(@Nullable Object key) {
    return key == null ? "several keys" : "key " + Failures.text(key);
  }
}
