package dev.slipstream.view;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Checksums of one file's blocks. */
final class BlockChecksum {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer place = ByteBuffer.wrap(new byte[2 * Long.BYTES]);
  private final long id;

  BlockChecksum(long id) {
    this.id = id;
  }

  /** Returns the checksum of a block that stands in an array, head first. */
  int of(long offset, byte[] block, int length) {
    place.putLong(0, id).putLong(Long.BYTES, offset);
    crc.reset();
    crc.update(place.array());
    crc.update(block, 0, Layout.BLOCK_HEAD - Integer.BYTES);
    crc.update(block, Layout.BLOCK_HEAD, length);
    return (int) crc.getValue();
  }
}
