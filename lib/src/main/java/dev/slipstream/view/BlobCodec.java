package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * Splits a large value into a small stub, which stays in a view, and a stream of bytes, its blob,
 * which stays outside; and joins the two again.
 *
 * <p>Its methods are called by the thread that takes or restores the view, for one value at a time;
 * only {@link #open} may be called by a thread of a {@link BlobVisitor}.
 *
 * @param <K> the type of keys
 * @param <V> the type of whole values
 * @param <S> the type of stubs
 */
public interface BlobCodec<K, V, S> {
  /**
   * Returns what of a value stays in the view.
   *
   * @param key the key
   * @param value the value
   * @return the stub, never null
   * @throws IOException if the value cannot be split
   */
  S stub(K key, V value) throws IOException;

  /**
   * Opens the blob of a value. The library closes it.
   *
   * @param key the key
   * @param value the value
   * @return the bytes that do not stay in the view; may be none, never null
   * @throws IOException if the blob cannot be opened
   */
  InputStream open(K key, V value) throws IOException;

  /**
   * Returns how long the blob of a value is, in bytes, if that is known without reading it. A blob
   * that turns out to be of another length is an error.
   *
   * @param key the key
   * @param value the value
   * @return the length in bytes; empty unless this method is overridden
   * @throws IOException if it cannot be found out
   */
  default OptionalLong size(K key, V value) throws IOException {
    return OptionalLong.empty();
  }

  /**
   * Makes a value of its stub and its blob.
   *
   * @param key the key
   * @param stub the stub
   * @param blob the bytes of the blob. In a view file all of them must be read; the library closes
   *     the stream, so it must not be kept
   * @return the value, never null
   * @throws IOException if the two do not make a value
   */
  V join(K key, S stub, InputStream blob) throws IOException;
}
