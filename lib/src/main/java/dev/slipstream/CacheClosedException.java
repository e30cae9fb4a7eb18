package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The cache is closed, or was closed while the fetch ran. */
public final class CacheClosedException extends FetchException {
  private static final long serialVersionUID = 1L;

  CacheClosedException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  CacheClosedException forCaller() {
    return new CacheClosedException(getMessage(), key(), causeForCaller());
  }
}
