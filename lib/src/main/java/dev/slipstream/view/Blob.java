package dev.slipstream.view;

import java.io.InputStream;
import java.util.OptionalLong;

/**
 * A large value's bytes, on their way out of a view.
 *
 * <p>Not for implementation by users: methods may be added.
 *
 * @param <K> the type of keys
 */
public interface Blob<K> {
  /**
   * Returns the key of the value.
   *
   * @return the key
   */
  K key();

  /**
   * Returns the bytes. It is one and the same stream at each call; the codec opens what is behind
   * it at the first read. It is for one thread at a time; the streams of a batch may be read by
   * several. It ends with {@link BlobVisitor#visit}: a later read is an IOException.
   *
   * @return a stream, which the library closes if the visitor does not
   */
  InputStream stream();

  /**
   * Returns how many bytes there are, if that is known.
   *
   * @return the length in bytes; a stream that turns out to be of another length ends with an
   *     IOException
   */
  OptionalLong size();
}
