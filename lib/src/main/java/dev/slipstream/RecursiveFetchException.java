package dev.slipstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a loader waits, directly or through other loaders, for the very fetch that it is to
 * complete.
 */
public final class RecursiveFetchException extends FetchException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable List<Object> chain;

  RecursiveFetchException(
      String message,
      @Nullable Object key,
      @Nullable List<Object> chain,
      @Nullable Throwable cause) {
    super(message, key, cause);
    this.chain = chain;
  }

  /**
   * Returns the keys of the cycle: each is asked for by the loader of the one before it, and the
   * last is the first again.
   *
   * @return the keys, unmodifiable; empty after serialization
   */
  public List<Object> chain() {
    return chain == null ? List.of() : chain;
  }

  @Override
  RecursiveFetchException forCaller() {
    return new RecursiveFetchException(getMessage(), key(), chain, causeForCaller());
  }
}
