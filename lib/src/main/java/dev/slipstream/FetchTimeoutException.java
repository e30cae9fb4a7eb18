package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The fetch, or the caller's patience with it, took longer than it was given. */
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
