package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is done to a file: it is refused, the place is named, and nothing is touched. */
class ViewFileFuzzTest {
  private @TempDir Path directory;
  private Path good;
  private Path bad;
  private FileChannel bytes; // of the bad file

  private final MemoryViewable<String, String> target =
      MemoryViewable.of(Samples.entry("old", "stays"));

  /** What is in the file. */
  enum Kind {
    PLAIN(Samples.STRINGS),
    WITH_BLOBS(Samples.WITH_BLOBS);

    final EntryCodec<String, String> codec;

    Kind(EntryCodec<String, String> codec) {
      this.codec = codec;
    }
  }

  @BeforeEach
  void open() throws Exception {
    good = directory.resolve("good");
    bad = directory.resolve("bad");
    bytes = FileChannel.open(bad, CREATE_NEW, WRITE);
  }

  @AfterEach
  void close() throws Exception {
    bytes.close();
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsCutOffAtAnyByteIsRefused(Kind kind) throws Exception {
    byte[] file = small(kind);
    for (int length = 0; length < file.length; length++) {
      assertRefused(kind, Arrays.copyOf(file, length), "cut off at " + length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileWithAnyBitFlippedIsRefused(Kind kind) throws Exception {
    byte[] file = small(kind);
    for (int bit = 0; bit < file.length * Byte.SIZE; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertRefused(kind, flipped, "bit " + bit + " flipped");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileWithMoreBytesThanItsOwnIsRefused(Kind kind) throws Exception {
    byte[] file = small(kind);
    assertRefused(kind, Arrays.copyOf(file, file.length + 1), "one byte more");
    assertRefused(kind, Arrays.copyOf(file, file.length * 2), "as many again");
  }

  @ParameterizedTest
  @EnumSource
  void aFileOfManyBlocksThatIsCutOffAtABorderIsRefused(Kind kind) throws Exception {
    ViewFile.write(good, large(), kind.codec);
    byte[] file = Files.readAllBytes(good);
    int blocks = 0;
    for (int border = Layout.HEADER; border < file.length; blocks++) {
      assertRefused(kind, Arrays.copyOf(file, border), "cut off at the border " + border);
      int length = ByteBuffer.wrap(file).getInt(border + 1);
      border += Layout.BLOCK_HEAD + length;
    }
    assertThat(blocks).isGreaterThan(4);
  }

  @ParameterizedTest
  @EnumSource
  void bytesThatAreNoViewFileAreReportedAsSuch(Kind kind) throws Exception {
    for (String text : List.of("", "SLIP", "{\"json\": true}", "\0".repeat(100_000))) {
      assertRefused(kind, text.getBytes(UTF_8), "text " + text.length())
          .withMessageContaining("this is no view file");
    }
  }

  private byte[] small(Kind kind) throws Exception {
    ViewFile.write(
        good,
        MemoryViewable.of(
            Samples.entry("a", "stub\nblob"),
            Samples.entry("b", "\n", Duration.ofDays(400)),
            Samples.entry("", "\u00FC\n\u20AC")),
        kind.codec);
    return Files.readAllBytes(good);
  }

  private static CacheView<String, String> large() {
    return new CacheView<>(
        IntStream.range(0, 4)
            .mapToObj(i -> Samples.entry("" + i, "\n" + "x".repeat(80_000)))
            .toList());
  }

  private ThrowableAssertAlternative<ViewFormatException> assertRefused(
      Kind kind, byte[] file, String how) throws Exception {
    bytes.write(ByteBuffer.wrap(file), 0);
    bytes.truncate(file.length);
    var refused =
        assertThatExceptionOfType(ViewFormatException.class)
            .as(how)
            .isThrownBy(() -> ViewFile.restore(bad, target, kind.codec))
            .withMessageContaining(bad.toString());
    refused.satisfies(
        e -> {
          assertThat(e.offset()).as(how).isBetween(0L, (long) file.length);
          assertThat(e.entry()).as(how).isBetween(0L, 4L);
        });
    assertThat(target.changes).as(how).isZero();
    assertThat(target.stored).as(how).containsOnlyKeys("old");
    return refused;
  }
}
