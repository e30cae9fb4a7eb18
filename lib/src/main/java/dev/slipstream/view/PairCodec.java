package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A codec for keys beside one for values. */
record PairCodec<K, V>(ValueCodec<K> keys, ValueCodec<V> values) implements EntryCodec<K, V> {
  @Override
  public void writeKey(K key, OutputStream out) throws IOException {
    keys.write(key, out);
  }

  @Override
  public void writeValue(K key, V value, OutputStream out) throws IOException {
    values.write(value, out);
  }

  @Override
  public K readKey(InputStream in) throws IOException {
    return keys.read(in);
  }

  @Override
  public V readValue(K key, InputStream in) throws IOException {
    return values.read(in);
  }
}
