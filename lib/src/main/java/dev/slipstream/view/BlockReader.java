package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file's blocks, each checked before anybody sees what is in it. No length is believed: one
 * buffer of a block's greatest length serves them all. Used by one thread.
 */
final class BlockReader {
  private final Path file;
  private final InputStream in;
  private final BlockChecksum checksum;
  private final Progress progress;
  private final byte[] bytes = new byte[Layout.BLOCK_HEAD + Layout.MAX_PAYLOAD];
  private final ByteBuffer block = ByteBuffer.wrap(bytes).limit(0);

  private long start; // where in the file the block begins
  private long next = Layout.HEADER; // where the one after it begins
  private long entries; // how many were read
  private boolean ended;
  private @Nullable IOException failure;

  /** The stream stands behind the header. */
  BlockReader(Path file, InputStream in, ViewHeader header, Progress progress) {
    this.file = file;
    this.in = in;
    this.checksum = new BlockChecksum(header.id());
    this.progress = progress;
  }

  /** Where the next byte comes from. */
  FilePosition position() {
    return new FilePosition(file, start + block.position(), entries);
  }

  /** What is wrong with the file, if anything; a codec may have swallowed it. */
  @Nullable IOException failure() {
    return failure;
  }

  void entryWasRead() {
    entries++;
  }

  /** Returns whether the file ends here, between two entries, and as it should. */
  boolean isAtEnd() throws IOException {
    if (!block.hasRemaining() && !ended) {
      load();
    }
    return ended;
  }

  /** Returns the block, with so many bytes at its position. */
  ByteBuffer need(int length) throws IOException {
    if (isAtEnd() || block.remaining() < length) {
      throw failed(
          position()
              .broken(
                  "an entry breaks off, there are %d bytes of %d"
                      .formatted(block.remaining(), length)));
    }
    return block;
  }

  /** Remembers a failure, unless it follows from an earlier one. */
  IOException failed(IOException e) {
    failure = failure == null ? e : failure;
    return failure;
  }

  private void load() throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      start = next;
      progress.at(entries, start);
      block.clear().limit(0);
      readFully(0, Layout.BLOCK_HEAD);
      byte kind = block.get(0);
      int length = block.getInt(1);
      checkLength(kind, length);
      readFully(Layout.BLOCK_HEAD, length);
      int declared = block.getInt(Layout.BLOCK_HEAD - Integer.BYTES);
      int found = checksum.of(start, bytes, length);
      if (found != declared) {
        throw blockPosition()
            .broken("the block's checksum is %08x, but should be %08x".formatted(found, declared));
      }
      next = start + block.limit();
      block.position(Layout.BLOCK_HEAD);
      if (kind == Layout.END) {
        checkEnd();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void readFully(int offset, int length) throws IOException {
    int read = in.readNBytes(bytes, offset, length);
    if (read < length) {
      throw new FilePosition(file, start + offset + read, entries).truncated();
    }
    block.limit(offset + length);
  }

  private void checkLength(byte kind, int length) throws ViewFormatException {
    boolean good =
        switch (kind) {
          case Layout.ENTRIES -> 0 < length && length <= Layout.MAX_PAYLOAD;
          case Layout.END -> length == Layout.END_PAYLOAD;
          default -> false;
        };
    if (!good) {
      throw blockPosition()
          .broken("there is no block of kind %d and length %d".formatted(kind, length));
    }
  }

  private void checkEnd() throws IOException {
    long declaredEntries = block.getLong();
    long declaredBytes = block.getLong();
    if (declaredEntries != entries || declaredBytes != start) {
      throw blockPosition()
          .broken(
              "%d entries in %d bytes were read, but there should be %d in %d"
                  .formatted(entries, start, declaredEntries, declaredBytes));
    }
    if (in.read() >= 0) {
      throw blockPosition().broken("more bytes follow the end");
    }
    ended = true;
    progress.at(entries, next);
  }

  private FilePosition blockPosition() {
    return new FilePosition(file, start, entries);
  }
}
