package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The stub's length, the stub, and the blob up to the value's end. */
record BlobEntryCodec<K, V, S>(EntryCodec<K, S> stubs, BlobCodec<K, V, S> blobs)
    implements EntryCodec<K, V> {
  @Override
  public void writeKey(K key, OutputStream out) throws IOException {
    stubs.writeKey(key, out);
  }

  @Override
  public void writeValue(K key, V value, OutputStream out) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public K readKey(InputStream in) throws IOException {
    return stubs.readKey(in);
  }

  @Override
  public V readValue(K key, InputStream in) throws IOException {
    throw new UnsupportedOperationException();
  }
}
