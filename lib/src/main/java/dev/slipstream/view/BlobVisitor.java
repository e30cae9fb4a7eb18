package dev.slipstream.view;

import java.io.IOException;
import java.util.List;

/**
 * Takes the blobs of a view, one minibatch after another.
 *
 * @param <K> the type of keys
 */
@FunctionalInterface
public interface BlobVisitor<K> {
  /**
   * Takes a minibatch. When this method returns, the batch is done: its streams are closed, and the
   * next batch follows. A visitor need not read every stream.
   *
   * @param batch 1 to 64 blobs, no key twice, in no particular order; it cannot be changed
   * @throws IOException if a blob cannot be kept; ends the snapshot with a {@link BlobException}
   *     that has this one as its cause. So does what else it throws, but for an Error, which is
   *     passed on
   */
  void visit(List<Blob<K>> batch) throws IOException;
}
