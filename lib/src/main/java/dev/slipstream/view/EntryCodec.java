package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Writes the key and the value of an entry as bytes, and reads them back. Most are composed of two
 * parts, {@code EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Row.class))}; one whose values
 * depend on their keys is written by hand.
 *
 * <p>What {@link ValueCodec} says of threads, streams and errors holds here as well. To change what
 * a codec writes makes files that were written before unreadable: put a version into their names.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface EntryCodec<K, V> {
  /**
   * Writes a key.
   *
   * @param key the key
   * @param out takes the key's bytes
   * @throws IOException if the key cannot be written
   */
  void writeKey(K key, OutputStream out) throws IOException;

  /**
   * Writes a value.
   *
   * @param key the value's key, which has been written
   * @param value the value
   * @param out takes the value's bytes
   * @throws IOException if the value cannot be written
   */
  void writeValue(K key, V value, OutputStream out) throws IOException;

  /**
   * Reads a key.
   *
   * @param in gives the key's bytes, all of which must be read
   * @return the key, never null
   * @throws IOException if the bytes do not make a key
   */
  K readKey(InputStream in) throws IOException;

  /**
   * Reads a value.
   *
   * @param key the value's key
   * @param in gives the value's bytes, all of which must be read
   * @return the value, never null
   * @throws IOException if the bytes do not make a value
   */
  V readValue(K key, InputStream in) throws IOException;

  /**
   * Returns a codec of two parts.
   *
   * @param keys writes and reads keys
   * @param values writes and reads values
   * @param <K> the type of keys
   * @param <V> the type of values
   * @return a codec for entries
   */
  static <K, V> EntryCodec<K, V> of(ValueCodec<K> keys, ValueCodec<V> values) {
    return new PairCodec<>(
        Objects.requireNonNull(keys, "keys"), Objects.requireNonNull(values, "values"));
  }

  /**
   * Returns a codec that writes a value as its stub, followed by its blob as a stream. However
   * large, a blob is never held in memory by the library.
   *
   * <p>A file is read twice when it is restored, so {@link BlobCodec#join} is called twice for each
   * blob: it must leave nothing behind for a value that is dropped.
   *
   * @param stubs writes and reads keys and stubs
   * @param blobs splits values and joins them
   * @param <K> the type of keys
   * @param <V> the type of values
   * @param <S> the type of stubs
   * @return a codec for whole entries
   */
  static <K, V, S> EntryCodec<K, V> withBlobs(EntryCodec<K, S> stubs, BlobCodec<K, V, S> blobs) {
    return new BlobEntryCodec<>(
        Objects.requireNonNull(stubs, "stubs"), Objects.requireNonNull(blobs, "blobs"));
  }
}
