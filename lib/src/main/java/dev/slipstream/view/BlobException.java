package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A blob could not be handed out, fetched, split or joined. Its cause, if it has one, is what the
 * visitor, source or codec threw.
 */
public final class BlobException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object key;

  BlobException(Object key, String message, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  BlobException(Object key, String message) {
    super(message);
    this.key = key;
  }

  /** What failed at a key. */
  static BlobException by(String what, Object key, Throwable cause) {
    return new BlobException(
        key,
        "%s failed at key %s: %s; the cache is unchanged, try again once the cause is fixed"
            .formatted(what, Texts.of(key), StreamException.reason(cause)),
        cause);
  }

  /**
   * Returns the key of the blob: for a visitor that failed, the key whose stream it read last, or
   * the first of the batch if it read none.
   *
   * @return the key; null after serialization
   */
  public @Nullable Object key() {
    return key;
  }
}
