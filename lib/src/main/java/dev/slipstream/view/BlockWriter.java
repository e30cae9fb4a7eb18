package dev.slipstream.view;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Writes a file's header and its blocks. Used by one thread. */
final class BlockWriter {
  private final WritableByteChannel out;
  private final BlockChecksum checksum;
  private final LongConsumer onBlock;
  private final ByteBuffer block =
      ByteBuffer.wrap(new byte[Layout.BLOCK_HEAD + Layout.MAX_PAYLOAD]);

  private long written;
  private @Nullable IOException failure;

  /** Writes the header. The listener is called after each block with the number of bytes so far. */
  BlockWriter(WritableByteChannel out, ViewHeader header, LongConsumer onBlock) throws IOException {
    this.out = out;
    this.checksum = new BlockChecksum(header.id());
    this.onBlock = onBlock;
    write(header.encoded());
    block.position(Layout.BLOCK_HEAD);
  }

  /** Where the next byte goes. */
  long offset() {
    return written + block.position();
  }

  /** What the disk said, if it failed; a codec may have swallowed it. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Returns the block, with room for so many bytes at its position. */
  ByteBuffer room(int bytes) throws IOException {
    if (block.remaining() < bytes) {
      flush(Layout.ENTRIES);
    }
    return block;
  }

  /** Writes what is left, and the end. */
  void end(long entries) throws IOException {
    if (block.position() > Layout.BLOCK_HEAD) {
      flush(Layout.ENTRIES);
    }
    block.putLong(entries).putLong(written);
    flush(Layout.END);
  }

  private void flush(byte kind) throws IOException {
    int length = block.position() - Layout.BLOCK_HEAD;
    block.put(0, kind).putInt(1, length);
    block.putInt(Layout.BLOCK_HEAD - Integer.BYTES, checksum.of(written, block.array(), length));
    write(block.flip());
    block.clear().position(Layout.BLOCK_HEAD);
    onBlock.accept(written);
  }

  private void write(ByteBuffer bytes) throws IOException {
    try {
      if (failure != null) {
        throw failure;
      }
      while (bytes.hasRemaining()) {
        written += out.write(bytes);
      }
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
