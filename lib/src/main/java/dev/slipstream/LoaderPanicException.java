package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** The loader died of an Error, which is the cause. */
public final class LoaderPanicException extends FetchException {
  private static final long serialVersionUID = 1L;

  LoaderPanicException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, key, cause);
  }

  @Override
  LoaderPanicException forCaller() {
    return new LoaderPanicException(getMessage(), key(), causeForCaller());
  }
}
