package dev.slipstream.view;

/**
 * How a view file is laid out. All numbers are big-endian.
 *
 * <pre>
 * file    = header, entry block*, end block
 * header  = magic 8, version 4, id 8, written at: seconds 8, nanos 4; CRC32C of all that 4
 * block   = kind 1, length 4, CRC32C 4, payload of that length, at most 64 KiB
 * entries = entry* of the payloads of all entry blocks, joined
 * entry   = tag 1, written at: seconds 8, nanos 4; tag EXPIRES only: expires in: seconds 8, nanos 4;
 *           part of the key, part of the value
 * part    = chunk*: length 4, whose top bit says that more chunks follow; bytes
 * end     = payload of the end block: entries 8, bytes before this block 8
 * </pre>
 *
 * <p>Neither an entry's head nor a chunk crosses the border of two blocks. A block's CRC32C is over
 * the file's id, the block's offset in the file, kind, length and payload: a block of another file,
 * or at another position, is as wrong as one with a flipped bit. The id is random. An entry's
 * remaining time to live is as of the header's time.
 */
final class Layout {
  static final long MAGIC = 0x534C_4950_5649_4557L; // SLIPVIEW
  static final int VERSION = 1;
  static final int HEADER = 36;
  static final int BLOCK_HEAD = 9;
  static final int MAX_PAYLOAD = 64 * 1024;
  static final int END_PAYLOAD = 16;
  static final byte ENTRIES = 1;
  static final byte END = 2;
  static final byte STAYS = 1;
  static final byte EXPIRES = 2;
  static final int TIME = 12;
  static final int CHUNK_HEAD = 4;
  static final int MORE = 0x8000_0000;

  private Layout() {}
}
