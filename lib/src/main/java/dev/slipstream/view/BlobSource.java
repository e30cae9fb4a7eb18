package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Gives the blobs of a view back, by key.
 *
 * @param <K> the type of keys
 */
@FunctionalInterface
public interface BlobSource<K> {
  /**
   * Opens the blob of a key. The library closes it before it asks for the next.
   *
   * @param key the key
   * @return the bytes of the blob, never null
   * @throws IOException if there is no such blob, or it cannot be opened
   */
  InputStream open(K key) throws IOException;

  /**
   * Announces which blobs are asked for next, so that they can be fetched together. Does nothing
   * unless it is overridden.
   *
   * @param keys 1 to 64 keys, in the order in which {@link #open} follows; cannot be changed
   * @throws IOException if they cannot be had
   */
  default void prepare(List<K> keys) throws IOException {}
}
