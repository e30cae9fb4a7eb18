package dev.slipstream.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The head of a file: which one it is, and when its writing began. */
record ViewHeader(long id, Instant writtenAt) {
  static ViewHeader at(Instant now) {
    return new ViewHeader(UUID.randomUUID().getMostSignificantBits(), now);
  }

  ByteBuffer encoded() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[Layout.HEADER]);
    bytes.putLong(Layout.MAGIC).putInt(Layout.VERSION).putLong(id);
    bytes.putLong(writtenAt.getEpochSecond()).putInt(writtenAt.getNano());
    return bytes.putInt(checksum(bytes)).flip();
  }

  static ViewHeader read(InputStream in, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(Layout.HEADER));
    FilePosition start = new FilePosition(file, 0, 0);
    if (bytes.remaining() < Long.BYTES || bytes.getLong() != Layout.MAGIC) {
      throw start.broken("this is no view file");
    }
    if (bytes.remaining() < Integer.BYTES) {
      throw start.truncated();
    }
    int version = bytes.getInt();
    if (version != Layout.VERSION) {
      throw start.broken(
          "it has version %d, and this library reads version %d; use the library that wrote it"
              .formatted(version, Layout.VERSION));
    }
    if (bytes.limit() < Layout.HEADER) {
      throw start.truncated();
    }
    if (bytes.getInt(Layout.HEADER - Integer.BYTES) != checksum(bytes)) {
      throw start.broken("the header's checksum does not match");
    }
    try {
      return new ViewHeader(
          bytes.getLong(), Instant.ofEpochSecond(bytes.getLong(), bytes.getInt()));
    } catch (DateTimeException | ArithmeticException e) {
      throw start.broken("the header's time is out of range", e);
    }
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, Layout.HEADER - Integer.BYTES));
    return (int) crc.getValue();
  }
}
