package dev.slipstream.view;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Takes the bytes of one key or value, and lays them into blocks as chunks. */
final class PartOutput extends OutputStream {
  private final BlockWriter blocks;

  private ByteBuffer block;
  private int chunk; // where the head of the current chunk is
  private boolean closed;

  PartOutput(BlockWriter blocks) throws IOException {
    this.blocks = blocks;
    this.block = begin();
  }

  @Override
  public void write(int b) throws IOException {
    check();
    makeRoom();
    block.put((byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    check();
    for (int done = 0; done < length; ) {
      makeRoom();
      int some = Math.min(length - done, block.remaining());
      block.put(bytes, offset + done, some);
      done += some;
    }
  }

  /** Writes that come later throw. */
  @Override
  public void close() {
    closed = true;
  }

  /** Ends the part. */
  void end() {
    closed = true;
    endChunk(0);
  }

  private void check() throws IOException {
    if (closed) {
      throw new StreamException(
          "the stream is closed; write all of a key or value before closing it");
    }
  }

  private void makeRoom() throws IOException {
    if (!block.hasRemaining()) {
      endChunk(Layout.MORE);
      block = begin();
    }
  }

  /** A chunk has room for one byte at least: none but the last is empty. */
  private ByteBuffer begin() throws IOException {
    ByteBuffer room = blocks.room(Layout.CHUNK_HEAD + 1);
    chunk = room.position();
    return room.position(chunk + Layout.CHUNK_HEAD);
  }

  private void endChunk(int more) {
    block.putInt(chunk, (block.position() - chunk - Layout.CHUNK_HEAD) | more);
  }
}
