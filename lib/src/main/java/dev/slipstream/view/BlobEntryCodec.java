package dev.slipstream.view;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The value's stub and its blob, in one stream: the length of the stub in four bytes, the stub, and
 * the blob up to the end. A stub is held in memory; a blob is not.
 */
record BlobEntryCodec<K, V, S>(EntryCodec<K, S> stubs, BlobCodec<K, V, S> blobs)
    implements EntryCodec<K, V> {
  @Override
  public void writeKey(K key, OutputStream out) throws IOException {
    stubs.writeKey(key, out);
  }

  @Override
  public void writeValue(K key, V value, OutputStream out) throws IOException {
    ByteArrayOutputStream stub = new ByteArrayOutputStream();
    stubs.writeValue(key, blobs.stub(key, value), stub);
    new DataOutputStream(out).writeInt(stub.size());
    stub.writeTo(out);
    try (BlobStream<K, V> blob = new BlobStream<>(blobs, key, value, () -> {})) {
      blob.transferTo(out);
    }
  }

  @Override
  public K readKey(InputStream in) throws IOException {
    return stubs.readKey(in);
  }

  @Override
  public V readValue(K key, InputStream in) throws IOException {
    int length = new DataInputStream(in).readInt();
    if (length < 0) {
      throw new StreamException("the stub claims " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length); // grows as bytes come, whatever the length claims
    if (bytes.length < length) {
      throw new StreamException("the stub has %d bytes of %d".formatted(bytes.length, length));
    }
    InputStream stubBytes = new ByteArrayInputStream(bytes);
    S stub = stubs.readValue(key, stubBytes);
    if (stubBytes.available() > 0) {
      throw new StreamException(
          "the codec left %d bytes of the stub unread".formatted(stubBytes.available()));
    }
    return blobs.join(key, stub, in);
  }
}
