package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * The executor refused to run the loader, and its exception is the cause; or so many fetches were
 * running and waiting as {@link CoalescingCacheBuilder#maxConcurrentFetches} allows, and there is
 * no cause.
 */
public final class FetchRejectedException extends FetchException {
  private static final long serialVersionUID = 1L;

  FetchRejectedException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  FetchRejectedException forCaller() {
    return new FetchRejectedException(getMessage(), key(), causeForCaller());
  }
}
