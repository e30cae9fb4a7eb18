package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the entries of a file. Used by one thread. */
final class EntryReader<K, V> {
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private final BlockReader blocks;
  private final EntryCodec<K, V> codec;

  EntryReader(
      Path file, InputStream in, ViewHeader header, EntryCodec<K, V> codec, Progress progress) {
    this.blocks = new BlockReader(file, in, header, progress);
    this.codec = codec;
  }

  /** Returns the next entry, whose time to live counts from the header's time; null at the end. */
  @Nullable EntryView<K, V> next() throws IOException {
    if (blocks.isAtEnd()) {
      return null;
    }
    FilePosition position = blocks.position();
    byte tag = blocks.need(1).get();
    if (tag != Layout.STAYS && tag != Layout.EXPIRES) {
      throw position.broken("there is no entry with tag " + tag);
    }
    Instant writtenAt = instant(position);
    Duration expiresIn = tag == Layout.EXPIRES ? duration(position) : null;
    K key = read(position, "key", codec::readKey);
    V value = read(position, "value", in -> codec.readValue(key, in));
    blocks.entryWasRead();
    return new EntryView<>(key, value, writtenAt, expiresIn);
  }

  private Instant instant(FilePosition position) throws IOException {
    ByteBuffer time = blocks.need(Layout.TIME);
    try {
      return Instant.ofEpochSecond(time.getLong(), nanos(position, time));
    } catch (DateTimeException e) {
      throw position.broken("the time of writing is out of range", e);
    }
  }

  private Duration duration(FilePosition position) throws IOException {
    ByteBuffer time = blocks.need(Layout.TIME);
    return Duration.ofSeconds(time.getLong(), nanos(position, time));
  }

  private int nanos(FilePosition position, ByteBuffer time) throws ViewFormatException {
    int nanos = time.getInt();
    if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw position.broken("%d ns are a second or more".formatted(nanos));
    }
    return nanos;
  }

  private <T> T read(FilePosition position, String what, PartReader<T> part) throws IOException {
    T read;
    try {
      PartInput in = new PartInput(blocks);
      read = part.readFrom(in);
      in.end();
    } catch (IOException | RuntimeException e) {
      checkFile();
      throw position.broken(
          "the codec could not read the " + what + ": " + StreamException.reason(e), e);
    }
    if (read == null) {
      throw position.broken("the codec returned null for the " + what);
    }
    return read;
  }

  private void checkFile() throws IOException {
    IOException failure = blocks.failure();
    if (failure != null) {
      throw failure;
    }
  }

  /** Reads a key or a value. */
  private interface PartReader<T> {
    T readFrom(InputStream in) throws IOException;
  }
}
