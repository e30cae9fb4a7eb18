package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The identity function, insert callback, weigher or expiry threw, or returned null. */
public final class InsertFailedException extends FetchException {
  private static final long serialVersionUID = 1L;

  InsertFailedException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  InsertFailedException forCaller() {
    return new InsertFailedException(getMessage(), key(), causeForCaller());
  }
}
