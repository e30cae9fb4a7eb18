package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a codec does wrong is distinguished from what the file or the disk does wrong. */
class BadCodecTest {
  private @TempDir Path directory;
  private Path file;
  private final MemoryViewable<String, String> target = new MemoryViewable<>();

  @BeforeEach
  void name() {
    file = directory.resolve("view");
  }

  /** Strings, unless a test says otherwise. */
  private abstract static class Strings implements ValueCodec<String> {
    @Override
    public void write(String value, OutputStream out) throws IOException {
      ValueCodec.string().write(value, out);
    }

    @Override
    public String read(InputStream in) throws IOException {
      return ValueCodec.string().read(in);
    }
  }

  @Test
  void aCodecThatThrowsWhenItReadsNamesTheEntryAndNothingIsTouched() throws Exception {
    ViewFile.write(file, Samples.view(10), Samples.STRINGS);
    for (Exception thrown :
        List.of(new IOException("broken"), new IllegalStateException("broken"))) {
      assertRefused(
              new Strings() {
                @Override
                public String read(InputStream in) throws IOException {
                  String value = super.read(in);
                  if (value.equals("value\n7")) {
                    sneak(thrown);
                  }
                  return value;
                }
              })
          .withMessageContainingAll("entry 7", "value", thrown.getClass().getName())
          .withCause(thrown)
          .satisfies(e -> assertThat(e.entry()).isEqualTo(7));
    }
  }

  @Test
  void aCodecThatReadsTooLittleIsRefused() throws Exception {
    ViewFile.write(file, Samples.view(10), Samples.STRINGS);
    assertRefused(
            new Strings() {
              @Override
              public String read(InputStream in) throws IOException {
                return new String(in.readNBytes(5), UTF_8);
              }
            })
        .withMessageContaining("the codec left 2 bytes unread");
  }

  @Test
  void aCodecThatReadsOneBlockOfManyIsRefused() throws Exception {
    ViewFile.write(
        file, new CacheView<>(List.of(Samples.entry("key", "x".repeat(100_000)))), Samples.STRINGS);
    assertRefused(
            new Strings() {
              @Override
              public String read(InputStream in) throws IOException {
                return new String(in.readNBytes(in.available()), UTF_8);
              }
            })
        .withMessageContaining("the codec left at least 0 bytes unread");
  }

  @Test
  void aCodecThatReadsTooMuchMeetsTheEnd() throws Exception {
    ViewFile.write(file, Samples.view(10), Samples.STRINGS);
    assertRefused(
            new Strings() {
              @Override
              public String read(InputStream in) throws IOException {
                byte[] bytes = new byte[50];
                new DataInputStream(in).readFully(bytes);
                return new String(bytes, UTF_8);
              }
            })
        .withCauseInstanceOf(EOFException.class);
  }

  @Test
  @SuppressWarnings("NullAway")
  void aCodecThatGivesNullIsRefused() throws Exception {
    ViewFile.write(file, Samples.view(10), Samples.STRINGS);
    assertRefused(
            new Strings() {
              @Override
              public String read(InputStream in) throws IOException {
                in.readAllBytes();
                return null;
              }
            })
        .withMessageContaining("null");
  }

  @Test
  void aStreamThatIsReadTooLateSaysSo() throws Exception {
    ViewFile.write(file, Samples.view(2), Samples.STRINGS);
    List<InputStream> kept = new ArrayList<>();
    ViewFile.read(
        file,
        EntryCodec.of(
            ValueCodec.string(),
            new Strings() {
              @Override
              public String read(InputStream in) throws IOException {
                kept.add(in);
                return super.read(in);
              }
            }));

    assertThatThrownBy(() -> kept.get(0).read()).hasMessageContaining("before returning it");
  }

  @Test
  void whatIsWrongWithTheFileIsReportedThoughTheCodecSwallowsIt() throws Exception {
    ViewFile.write(
        file, new CacheView<>(List.of(Samples.entry("key", "x".repeat(100_000)))), Samples.STRINGS);
    byte[] bytes = Files.readAllBytes(file);
    bytes[90_000] ^= 1;
    Files.write(file, bytes);
    assertRefused(
            new Strings() {
              @Override
              public String read(InputStream in) {
                try {
                  return super.read(in);
                } catch (IOException e) {
                  return "fallback";
                }
              }
            })
        .withMessageContaining("checksum")
        .withNoCause();
  }

  @Test
  void aCodecThatThrowsWhenItWritesNamesTheEntryAndTheOldFileIsWhole() throws Exception {
    ViewFile.write(file, Samples.view(1), Samples.STRINGS);
    byte[] old = Files.readAllBytes(file);
    for (Exception thrown :
        List.of(new IOException("broken"), new IllegalStateException("broken"))) {
      EntryCodec<String, String> codec =
          EntryCodec.of(
              ValueCodec.string(),
              new Strings() {
                @Override
                public void write(String value, OutputStream out) throws IOException {
                  super.write(value, out);
                  if (value.equals("value\n7")) {
                    sneak(thrown);
                  }
                }
              });
      assertThatExceptionOfType(ViewFormatException.class)
          .isThrownBy(() -> ViewFile.write(file, Samples.view(10), codec))
          .withMessageContainingAll(
              file.toString(), "entry 7", "value", thrown.getClass().getName())
          .withCause(thrown);
      assertThat(Files.readAllBytes(file)).isEqualTo(old);
      Samples.assertAlone(file);
    }
  }

  @Test
  void anErrorOfACodecIsPassedOnAndTheOldFileIsWhole() throws Exception {
    ViewFile.write(file, Samples.view(1), Samples.STRINGS);
    byte[] old = Files.readAllBytes(file);
    EntryCodec<String, String> codec =
        EntryCodec.of(
            ValueCodec.string(),
            new Strings() {
              @Override
              public void write(String value, OutputStream out) {
                throw new AssertionError("broken");
              }
            });
    assertThatThrownBy(() -> ViewFile.write(file, Samples.view(10), codec))
        .isInstanceOf(AssertionError.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(old);
    Samples.assertAlone(file);
  }

  @Test
  void aStreamThatWasClosedTakesNothing() throws Exception {
    assertThatExceptionOfType(ViewFormatException.class)
        .isThrownBy(
            () ->
                ViewFile.write(
                    file,
                    Samples.view(10),
                    EntryCodec.of(
                        ValueCodec.string(),
                        new Strings() {
                          @Override
                          public void write(String value, OutputStream out) throws IOException {
                            out.close();
                            out.write(1);
                          }
                        })))
        .withMessageContaining("closed");
    assertThat(file).doesNotExist();
  }

  @Test
  void aFullDiskIsReportedAsSuchThoughTheCodecSwallowsIt() {
    EntryCodec<String, String> codec =
        EntryCodec.of(
            ValueCodec.string(),
            new Strings() {
              @Override
              public void write(String value, OutputStream out) {
                try {
                  out.write(new byte[200_000]);
                } catch (IOException e) {
                  // As if nothing had happened.
                }
              }
            });
    IOException full = new IOException("no space left");

    assertThatThrownBy(
            () ->
                new EntryWriter<>(
                        file,
                        failingAfter(1, full),
                        ViewHeader.at(Samples.WRITTEN),
                        codec,
                        new Progress(Progress.NONE, ViewProgress.Step.WRITING))
                    .write("key", "value", Samples.WRITTEN, null))
        .isSameAs(full);
  }

  @Test
  void writesOfAnySizeThroughBuffersOfAnyKindAreReadBack() throws Exception {
    EntryCodec<String, String> codec =
        EntryCodec.of(
            ValueCodec.string(),
            new ValueCodec<>() {
              @Override
              public void write(String value, OutputStream out) throws IOException {
                DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, 7));
                for (byte b : value.getBytes(UTF_8)) {
                  data.writeByte(b);
                }
                data.flush();
                out.close();
              }

              @Override
              public String read(InputStream in) throws IOException {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (int b = in.read(); b >= 0; b = in.read()) {
                  bytes.write(b);
                }
                in.close();
                return bytes.toString(UTF_8);
              }
            });
    CacheView<String, String> view =
        new CacheView<>(
            List.of(Samples.entry("a", "x".repeat(150_000)), Samples.entry("b", "short")));

    ViewFile.write(file, view, codec);

    assertThat(ViewFile.read(file, codec)).isEqualTo(view);
  }

  private ThrowableAssertAlternative<ViewFormatException> assertRefused(ValueCodec<String> values) {
    EntryCodec<String, String> codec = EntryCodec.of(ValueCodec.string(), values);
    var refused =
        assertThatExceptionOfType(ViewFormatException.class)
            .isThrownBy(() -> ViewFile.restore(file, target, codec));
    assertThat(target.changes).isZero();
    return refused;
  }

  private static void sneak(Exception thrown) throws IOException {
    if (thrown instanceof IOException e) {
      throw e;
    }
    throw (RuntimeException) thrown;
  }

  private static WritableByteChannel failingAfter(int writes, IOException failure) {
    return new WritableByteChannel() {
      private int left = writes;

      @Override
      public int write(ByteBuffer bytes) throws IOException {
        if (left-- <= 0) {
          throw failure;
        }
        int length = bytes.remaining();
        bytes.position(bytes.limit());
        return length;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
