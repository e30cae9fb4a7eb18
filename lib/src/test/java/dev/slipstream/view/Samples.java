package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Entries, codecs and files that several tests begin with. */
final class Samples {
  static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05.000000006Z");
  static final EntryCodec<String, String> STRINGS =
      EntryCodec.of(ValueCodec.string(), ValueCodec.string());
  static final EntryCodec<String, byte[]> BYTES =
      EntryCodec.of(ValueCodec.string(), ValueCodec.bytes());

  /** A value whose first line is the stub, and whose rest is the blob. */
  static final BlobCodec<String, String, String> LINES =
      new BlobCodec<>() {
        @Override
        public String stub(String key, String value) {
          return value.substring(0, value.indexOf('\n'));
        }

        @Override
        public InputStream open(String key, String value) {
          return new ByteArrayInputStream(blob(value));
        }

        @Override
        public OptionalLong size(String key, String value) {
          return OptionalLong.of(blob(value).length);
        }

        @Override
        public String join(String key, String stub, InputStream blob) throws IOException {
          return stub + "\n" + new String(blob.readAllBytes(), UTF_8);
        }
      };

  static final EntryCodec<String, String> WITH_BLOBS = EntryCodec.withBlobs(STRINGS, LINES);

  private Samples() {}

  static byte[] blob(String value) {
    return value.substring(value.indexOf('\n') + 1).getBytes(UTF_8);
  }

  static EntryView<String, String> entry(String key, String value) {
    return new EntryView<>(key, value, WRITTEN, null);
  }

  static EntryView<String, String> entry(String key, String value, @Nullable Duration expiresIn) {
    return new EntryView<>(key, value, WRITTEN, expiresIn);
  }

  /** Entries with keys {@code key-0} and so on. */
  static CacheView<String, String> view(int entries) {
    return new CacheView<>(
        IntStream.range(0, entries).mapToObj(i -> entry("key-" + i, "value\n" + i)).toList());
  }

  static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** The directory holds the file, and nothing that was on the way to it. */
  static void assertAlone(Path file) throws IOException {
    assertThat(filesIn(file.getParent())).containsExactly(file);
  }
}
