package dev.slipstream.view;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Blobs that are handed to a visitor together. */
final class BlobBatch<K, V> {
  static final int SIZE = 64;

  private final List<BlobStream<K, V>> blobs = new ArrayList<>(SIZE);
  private final Set<K> keys = new HashSet<>();
  private volatile @Nullable K lastRead; // written by the thread that reads a stream

  boolean isFull() {
    return blobs.size() == SIZE;
  }

  boolean has(K key) {
    return keys.contains(key);
  }

  void add(BlobCodec<K, V, ?> codec, K key, V value) throws BlobException {
    keys.add(key);
    blobs.add(new BlobStream<>(codec, key, value, () -> lastRead = key));
  }

  /** Has the batch taken, and closes its streams in any case. */
  void visit(BlobVisitor<K> visitor) throws BlobException {
    if (blobs.isEmpty()) {
      return;
    }
    try {
      hand(visitor);
    } catch (BlobException | RuntimeException | Error e) {
      try {
        close();
      } catch (BlobException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
    close();
    checkStreams();
  }

  private void hand(BlobVisitor<K> visitor) throws BlobException {
    try {
      visitor.visit(List.copyOf(blobs));
    } catch (IOException | RuntimeException e) {
      checkStreams();
      throw visitorFailed(e);
    }
  }

  private void checkStreams() throws BlobException {
    for (BlobStream<K, V> blob : blobs) {
      Exception failure = blob.failure();
      if (failure != null) {
        throw BlobException.by("the stream of BlobCodec.open", blob.key(), failure);
      }
    }
  }

  private BlobException visitorFailed(Exception cause) {
    K read = lastRead;
    if (read != null) {
      return BlobException.by("BlobVisitor.visit, having read of the blob last,", read, cause);
    }
    K first = blobs.get(0).key();
    return BlobException.by(
        "BlobVisitor.visit, given %d blobs of which this is the first,".formatted(blobs.size()),
        first,
        cause);
  }

  private void close() throws BlobException {
    BlobException failed = null;
    for (BlobStream<K, V> blob : blobs) {
      try {
        blob.close();
      } catch (IOException | RuntimeException e) {
        failed = failed == null ? BlobException.by("closing the blob", blob.key(), e) : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
