package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The loaded value's own id is not the key that was asked for. */
public final class IdentityMismatchException extends FetchException {
  private static final long serialVersionUID = 1L;

  IdentityMismatchException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  IdentityMismatchException forCaller() {
    return new IdentityMismatchException(getMessage(), key(), causeForCaller());
  }
}
