package dev.slipstream.canal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Texts;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What is in a file that keeps one checkpoint, and its name:
 *
 * <pre>
 * slipstream checkpoint 1
 * id billing%2Feu
 * journal 7d444840-9dc0-11d1-b245-5ffdce74fad2
 * sequence 4711
 * crc32 89abcdef
 * </pre>
 *
 * <p>The checksum is that of the lines before it. Of the id, small letters, digits, '-' and '_'
 * stand for themselves, whatever the file system makes of capitals; other characters are written as
 * the bytes of their UTF-8.
 */
final class CheckpointFile {
  /** No checkpoint is larger. */
  static final int MAX_BYTES = 1024;

  private static final int MAX_NAME = 200;
  private static final String PREFIX = "checkpoint-";
  private static final String SUFFIX = ".txt";
  private static final String FIRST_LINE = "slipstream checkpoint 1";
  private static final Pattern FORM =
      Pattern.compile(
          "("
              + FIRST_LINE
              + "\nid (\\S+)\njournal ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
              + "\nsequence (\\d{1,19})\n)crc32 ([0-9a-f]{8})\n");

  private final String id; // as it is written

  CheckpointFile(String id) {
    Arguments.notEmpty("id", id);
    this.id = written(id);
    if (name().length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "id must make a file name of %d bytes or less, but '%s' has %d"
              .formatted(MAX_NAME, Texts.of(name()), name().length()));
    }
  }

  String name() {
    return PREFIX + id + SUFFIX;
  }

  byte[] bytesOf(Checkpoint checkpoint) {
    String text =
        "%s\nid %s\njournal %s\nsequence %d\n"
            .formatted(FIRST_LINE, id, checkpoint.journal(), checkpoint.sequence());
    return (text + "crc32 " + crc(text) + "\n").getBytes(ISO_8859_1);
  }

  /** Returns the checkpoint; what is not one of this id is refused with what it is instead. */
  Checkpoint checkpointOf(byte[] bytes) throws DamageException {
    Matcher file = FORM.matcher(new String(bytes, ISO_8859_1));
    if (bytes.length > MAX_BYTES) {
      throw new DamageException("it has more than %d bytes".formatted(MAX_BYTES));
    }
    if (!file.matches()) {
      throw new DamageException(
          "its %d bytes are not the five lines of a checkpoint of format 1"
              .formatted(bytes.length));
    }
    String crc = crc(file.group(1));
    if (!crc.equals(file.group(5))) {
      throw new DamageException("its checksum is %s, not %s".formatted(crc, file.group(5)));
    }
    if (!id.equals(file.group(2))) {
      throw new DamageException(
          "it is of the id %s, not %s".formatted(Texts.of(file.group(2)), id));
    }
    try {
      return new Checkpoint(UUID.fromString(file.group(3)), Long.parseLong(file.group(4)));
    } catch (NumberFormatException e) {
      throw new DamageException("its sequence number is too large: " + file.group(4));
    }
  }

  private static String crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(ISO_8859_1));
    return "%08x".formatted(crc.getValue());
  }

  private static String written(String id) {
    StringBuilder name = new StringBuilder();
    for (byte b : utf8(id)) {
      char c = (char) (b & 0xff);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
        name.append(c);
      } else {
        name.append("%%%02X".formatted((int) c));
      }
    }
    return name.toString();
  }

  private static byte[] utf8(String id) {
    try {
      var encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(id));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "id must be valid Unicode, but has an unpaired surrogate: " + Texts.of(id), e);
    }
  }

  /** What is wrong with a file. */
  static final class DamageException extends Exception {
    private static final long serialVersionUID = 1L;

    DamageException(String message) {
      super(message);
    }
  }
}
