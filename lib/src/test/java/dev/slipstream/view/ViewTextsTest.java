package dev.slipstream.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values stay out of texts and messages, and keys are escaped and cut. */
class ViewTextsTest {
  private static final String FORGED = "k\n12:00 ERROR";
  private static final EntryView<String, String> ENTRY =
      new EntryView<>(FORGED, "SECRET", Instant.EPOCH, Duration.ofSeconds(5));

  private @TempDir Path directory;

  @Test
  void anEntrysTextHasNoValue() {
    assertThat(ENTRY)
        .hasToString(
            "EntryView[key=k\\n12:00 ERROR, value=java.lang.String, writtenAt=1970-01-01T00:00:00Z,"
                + " expiresIn=PT5S]");
    assertThat(new CacheView<>(List.of(ENTRY))).hasToString("CacheView[1 entries]");
  }

  @Test
  void aKeyOutsideOfThePartitionIsEscaped() {
    assertThatThrownBy(
            () ->
                new MemoryViewable<String, String>()
                    .restore(key -> false, new CacheView<>(List.of(ENTRY))))
        .hasMessageStartingWith("the view has key k\\n12:00 ERROR, which");
  }

  @Test
  void whatACodecThrowsIsTheCauseAndNoPartOfTheMessage() {
    ValueCodec<String> revealing =
        new ValueCodec<>() {
          @Override
          public void write(String value, OutputStream out) throws IOException {
            throw new IOException("cannot write " + value);
          }

          @Override
          public String read(InputStream in) throws IOException {
            throw new IOException("unused");
          }
        };
    assertThatThrownBy(
            () ->
                ViewFile.write(
                    directory.resolve("view"),
                    new CacheView<>(List.of(ENTRY)),
                    EntryCodec.of(ValueCodec.string(), revealing)))
        .isInstanceOf(ViewFormatException.class)
        .hasMessageContaining("the codec could not write the value: it threw a java.io.IOException")
        .hasMessageNotContaining("SECRET")
        .hasRootCauseMessage("cannot write SECRET");
  }
}
