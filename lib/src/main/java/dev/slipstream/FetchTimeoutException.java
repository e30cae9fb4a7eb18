package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a fetch took longer than the cache's {@code fetchTimeout}, or when a caller's own
 * timeout elapsed.
 */
public final class FetchTimeoutException extends FetchException {
  private static final long serialVersionUID = 1L;

  FetchTimeoutException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  FetchTimeoutException forCaller() {
    return new FetchTimeoutException(getMessage(), key(), causeForCaller());
  }
}
