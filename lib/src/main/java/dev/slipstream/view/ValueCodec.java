package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Function;

/**
 * Writes values of one type as bytes, and reads them back: one half of an {@link EntryCodec}.
 *
 * <p>A codec is called by the thread that writes or reads, one value at a time. One that is given
 * to several calls at once must be safe for use by several threads; those that come from here are.
 *
 * @param <T> the type of values
 */
public interface ValueCodec<T> {
  /**
   * Writes a value. The stream takes what it is given at once and at any length: it needs no buffer
   * around it, and need not be closed. What stands around it must be flushed.
   *
   * @param value the value
   * @param out takes the value's bytes, and no others
   * @throws IOException if the value cannot be written
   */
  void write(T value, OutputStream out) throws IOException;

  /**
   * Reads a value. The stream ends where the value's bytes end; to leave some of them unread is an
   * error. It need not be closed.
   *
   * @param in gives the value's bytes, and no others
   * @return the value, never null
   * @throws IOException if the bytes do not make a value
   */
  T read(InputStream in) throws IOException;

  /**
   * Returns a codec for another type that is written as this one is.
   *
   * <pre>{@code
   * ValueCodec<UUID> ids = ValueCodec.string().mapped(UUID::toString, UUID::fromString);
   * }</pre>
   *
   * @param written gives what to write for a value
   * @param read gives the value for what was read; what it throws says that there is none
   * @param <U> the other type
   * @return a codec over this one
   */
  default <U> ValueCodec<U> mapped(
      Function<? super U, ? extends T> written, Function<? super T, ? extends U> read) {
    return new MappedCodec<>(
        this, Objects.requireNonNull(written, "written"), Objects.requireNonNull(read, "read"));
  }

  /**
   * Returns a codec that writes strings in UTF-8. Unpaired surrogates and malformed bytes are
   * errors, not replaced.
   *
   * @return a codec for strings
   */
  static ValueCodec<String> string() {
    return StringCodec.INSTANCE;
  }

  /**
   * Returns a codec that writes arrays of bytes as they are.
   *
   * @return a codec for arrays of bytes
   */
  static ValueCodec<byte[]> bytes() {
    return BytesCodec.INSTANCE;
  }
}
