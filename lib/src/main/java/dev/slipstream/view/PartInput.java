package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Gives the bytes of one key or value, chunk by chunk. */
final class PartInput extends InputStream {
  private final BlockReader blocks;

  private ByteBuffer block;
  private int left; // of the current chunk
  private boolean more; // chunks follow
  private boolean ended;

  PartInput(BlockReader blocks) throws IOException {
    this.blocks = blocks;
    this.block = begin();
  }

  @Override
  public int read() throws IOException {
    if (!hasNext()) {
      return -1;
    }
    left--;
    return block.get() & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!hasNext()) {
      return -1;
    }
    int some = Math.min(length, left);
    block.get(bytes, offset, some);
    left -= some;
    return some;
  }

  @Override
  public byte[] readAllBytes() throws IOException {
    if (more) {
      return super.readAllBytes();
    }
    byte[] bytes = new byte[left];
    int read = readNBytes(bytes, 0, left);
    return read == bytes.length ? bytes : super.readAllBytes();
  }

  @Override
  public int available() {
    return left;
  }

  /** Ends the part: reads that come later throw. */
  void end() throws IOException {
    ended = true;
    if (left > 0 || more) {
      throw blocks.failed(
          blocks
              .position()
              .broken("the codec left %s%d bytes unread".formatted(more ? "at least " : "", left)));
    }
  }

  private boolean hasNext() throws IOException {
    if (ended) {
      throw new StreamException(
          "the stream has ended; read all of a key or value before returning it");
    }
    if (left == 0 && more) {
      block = begin();
    }
    return left > 0;
  }

  private ByteBuffer begin() throws IOException {
    ByteBuffer current = blocks.need(Layout.CHUNK_HEAD);
    int head = current.getInt();
    more = (head & Layout.MORE) != 0;
    left = head & ~Layout.MORE;
    if (left > current.remaining() || (more && left == 0)) {
      throw blocks.failed(
          blocks
              .position()
              .broken(
                  "a chunk claims %d bytes, the block has %d"
                      .formatted(left, current.remaining())));
    }
    return current;
  }
}
