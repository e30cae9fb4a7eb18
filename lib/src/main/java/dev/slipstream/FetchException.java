package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a fetch gave no value. A blocking {@code get} throws it with the loader's exception
 * as its cause; its subclasses are failures that the cache itself finds.
 *
 * <p>All callers of one fetch share one instance of a failure; a blocking call throws one of its
 * own, so that the stack trace shows the caller.
 */
public class FetchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object key;

  FetchException(String message, @Nullable Object key, @Nullable Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /**
   * Returns the key that was asked for.
   *
   * @return the key; null if no single key is meant, or after serialization. For a bulk call, the
   *     key that failed
   */
  public @Nullable Object key() {
    return key;
  }

  /** Returns an exception of the same type and meaning with this thread's stack trace. */
  FetchException forCaller() {
    return new FetchException(getMessage(), key, causeForCaller());
  }

  /** Returns what the copy for a caller names as its cause. */
  final Throwable causeForCaller() {
    Throwable cause = getCause();
    return cause == null ? this : cause;
  }

  @Override
  public final String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
