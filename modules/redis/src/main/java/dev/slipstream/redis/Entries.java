package dev.slipstream.redis;

import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.view.EntryCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys and values as bytes, by the user's codec, which may fail in any way. */
final class Entries<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(RedisFetchLedger.class);

  private final EntryCodec<K, V> codec;
  private final int longestValue;
  private final AtomicBoolean warned = new AtomicBoolean();

  Entries(EntryCodec<K, V> codec, int longestValue) {
    this.codec = codec;
    this.longestValue = longestValue;
  }

  int longestValue() {
    return longestValue;
  }

  byte[] keyBytes(K key) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      codec.writeKey(key, out);
      return out.toByteArray();
    } catch (IOException | RuntimeException | Error e) {
      throw new LedgerFormatException("the codec cannot write a key: fix the codec", e);
    }
  }

  K key(byte[] bytes) {
    try {
      K key = codec.readKey(new ByteArrayInputStream(bytes));
      if (key == null) {
        throw new IOException("the codec returned null");
      }
      return key;
    } catch (IOException | RuntimeException | Error e) {
      throw new LedgerFormatException(
          "the codec cannot read a key that another node wrote: give nodes with another codec"
              + " another schema",
          e);
    }
  }

  /** Returns the value's bytes; null if it cannot be shared, which is logged once. */
  byte @Nullable [] valueBytes(K key, V value) {
    try {
      BoundedOutput out = new BoundedOutput(longestValue);
      codec.writeValue(key, value, out);
      return out.bytes.toByteArray();
    } catch (IOException | RuntimeException | Error e) {
      if (warned.compareAndSet(false, true)) {
        LOG.warn(
            "a value cannot be shared by the ledger: each node loads its own. Either the codec"
                + " failed, or it is longer than maximumSharedBytes, {}. This is logged once",
            longestValue,
            e);
      }
      return null;
    }
  }

  V value(K key, byte[] bytes) {
    try {
      V value = codec.readValue(key, new ByteArrayInputStream(bytes));
      if (value == null) {
        throw new IOException("the codec returned null");
      }
      return value;
    } catch (IOException | RuntimeException | Error e) {
      throw new LedgerFormatException(
          "the codec cannot read a value that another node wrote: give nodes with another codec"
              + " another schema",
          e);
    }
  }

  LedgerFormatException tooLong(long bytes) {
    return new LedgerFormatException(
        "a value in Redis has %d bytes, but maximumSharedBytes is %d: raise it on every node"
            .formatted(bytes, longestValue),
        null);
  }

  /** Takes no more than so many bytes. */
  private static final class BoundedOutput extends OutputStream {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int limit;

    BoundedOutput(int limit) {
      this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
      checkRoom(1);
      bytes.write(b);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      checkRoom(length);
      bytes.write(source, offset, length);
    }

    private void checkRoom(int more) throws IOException {
      if (more > limit - bytes.size()) {
        throw new IOException("the value has more than " + limit + " bytes");
      }
    }
  }
}
