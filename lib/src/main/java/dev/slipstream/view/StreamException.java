package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a codec, visitor or source did wrong with a stream of the library's. Its message is the
 * library's own, and so may be part of another.
 */
final class StreamException extends IOException {
  private static final long serialVersionUID = 1L;

  StreamException(String message) {
    super(message);
  }

  /** Refuses null for what a codec or source was asked for. */
  static <T> T requireGiven(@Nullable T given) throws StreamException {
    if (given == null) {
      throw new StreamException("it returned null");
    }
    return given;
  }

  /** Returns why something failed. What users' code says of it may hold values, and is left out. */
  static String reason(Throwable thrown) {
    return thrown instanceof StreamException own
        ? Texts.messageOf(own)
        : "it threw a " + Texts.typeOf(thrown);
  }
}
