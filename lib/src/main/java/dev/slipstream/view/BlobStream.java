package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The blob of one value on its way out: opened by the codec at the first read, counted against the
 * size that was declared.
 *
 * <p>One thread reads. Another may close: {@link #opened} looks at {@code closed} once more after
 * it has stored what it opened, so that one of the two closes it.
 */
final class BlobStream<K, V> extends InputStream implements Blob<K> {
  private final BlobCodec<K, V, ?> codec;
  private final K key;
  private final V value;
  private final OptionalLong size;
  private final Runnable onRead;

  private long count; // the reader's
  private volatile @Nullable InputStream in; // written by the reader, once
  private volatile @Nullable Exception failure; // written by the reader; the first one stays
  private volatile boolean closed; // written by any thread

  BlobStream(BlobCodec<K, V, ?> codec, K key, V value, Runnable onRead) throws BlobException {
    this.codec = codec;
    this.key = key;
    this.value = value;
    this.onRead = onRead;
    this.size = declaredSize();
  }

  @Override
  public K key() {
    return key;
  }

  @Override
  public InputStream stream() {
    return this;
  }

  @Override
  public OptionalLong size() {
    return size;
  }

  /** What the codec did wrong, if anything: the reader may have swallowed it. */
  @Nullable Exception failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    onRead.run();
    try {
      int read = length == 0 ? 0 : opened().read(bytes, offset, length);
      check(read);
      return read;
    } catch (IOException | RuntimeException e) {
      if (failure == null && !closed) {
        failure = e;
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    InputStream opened = in;
    if (opened != null) {
      opened.close();
    }
  }

  private InputStream opened() throws IOException {
    InputStream opened = in;
    if (opened == null && !closed) {
      opened = codec.open(key, value);
      if (opened == null) {
        throw new StreamException(
            "BlobCodec.open returned null for the blob of key " + Texts.of(key));
      }
      in = opened;
    }
    if (opened == null || closed) {
      close();
      throw new StreamException(
          "the blob of key " + Texts.of(key) + " is closed; read it before visit returns");
    }
    return opened;
  }

  private void check(int read) throws IOException {
    count += Math.max(read, 0);
    long declared = size.orElse(count);
    if (count > declared || (read < 0 && count < declared)) {
      throw new StreamException(
          "the blob of key %s has %s bytes, its codec declared %d; have BlobCodec.size agree"
              .formatted(Texts.of(key), read < 0 ? count : "at least " + count, declared));
    }
  }

  private OptionalLong declaredSize() throws BlobException {
    OptionalLong declared;
    try {
      declared = codec.size(key, value);
    } catch (IOException | RuntimeException e) {
      throw BlobException.by("BlobCodec.size", key, e);
    }
    if (declared == null || declared.orElse(0) < 0) {
      throw new BlobException(
          key,
          "BlobCodec.size returned "
              + declared
              + " for key "
              + Texts.of(key)
              + "; return 0 or more");
    }
    return declared;
  }
}
