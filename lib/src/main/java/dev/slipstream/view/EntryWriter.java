package dev.slipstream.view;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes entries into blocks. Used by one thread. */
final class EntryWriter<K, V> {
  private final Path file;
  private final EntryCodec<K, V> codec;
  private final BlockWriter blocks;

  private long entries;

  EntryWriter(
      Path file,
      WritableByteChannel out,
      ViewHeader header,
      EntryCodec<K, V> codec,
      Progress progress)
      throws IOException {
    this.file = file;
    this.codec = codec;
    this.blocks = new BlockWriter(out, header, bytes -> progress.at(entries, bytes));
  }

  /** Writes an entry whose time to live counts from the header's time. */
  void write(K key, V value, Instant writtenAt, @Nullable Duration expiresIn) throws IOException {
    FilePosition position = new FilePosition(file, blocks.offset(), entries);
    ByteBuffer head = blocks.room(1 + 2 * Layout.TIME);
    head.put(expiresIn == null ? Layout.STAYS : Layout.EXPIRES);
    head.putLong(writtenAt.getEpochSecond()).putInt(writtenAt.getNano());
    if (expiresIn != null) {
      head.putLong(expiresIn.getSeconds()).putInt(expiresIn.getNano());
    }
    write(position, "key", out -> codec.writeKey(key, out));
    write(position, "value", out -> codec.writeValue(key, value, out));
    entries++;
  }

  /** Ends the file, and returns how many entries there are. */
  long end() throws IOException {
    blocks.end(entries);
    return entries;
  }

  private void write(FilePosition position, String what, PartWriter part) throws IOException {
    try {
      PartOutput out = new PartOutput(blocks);
      part.writeTo(out);
      out.end();
    } catch (IOException | RuntimeException e) {
      checkDisk();
      throw position.unwritable(
          "the codec could not write the " + what + ": " + StreamException.reason(e), e);
    }
    checkDisk();
  }

  private void checkDisk() throws IOException {
    IOException failure = blocks.failure();
    if (failure != null) {
      throw failure;
    }
  }

  /** Writes a key or a value. */
  private interface PartWriter {
    void writeTo(OutputStream out) throws IOException;
  }
}
