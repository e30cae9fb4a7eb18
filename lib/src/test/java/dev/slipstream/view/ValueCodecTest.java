package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueCodecTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "\u00FCml\u00E4ut", "\u20AC", "\uFFFD", "a\uD83D\uDE00b"})
  void aStringIsReadAsItWasWritten(String value) throws Exception {
    byte[] bytes = write(ValueCodec.string(), value);

    assertThat(bytes).isEqualTo(value.getBytes(UTF_8));
    assertThat(read(ValueCodec.string(), bytes)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "a\uDE00b", "\uDE00\uD83D"})
  void aStringWithAnUnpairedSurrogateIsNotWritten(String value) {
    assertThatThrownBy(() -> write(ValueCodec.string(), value))
        .isInstanceOf(CharacterCodingException.class);
  }

  @Test
  void malformedBytesAreNoString() {
    assertThatThrownBy(() -> read(ValueCodec.string(), new byte[] {'a', (byte) 0xFF}))
        .isInstanceOf(CharacterCodingException.class);
    assertThatThrownBy(() -> read(ValueCodec.string(), new byte[] {(byte) 0xC3}))
        .isInstanceOf(CharacterCodingException.class);
  }

  @Test
  void aCodecCanBeMappedToAnotherType() throws Exception {
    ValueCodec<UUID> ids = ValueCodec.string().mapped(UUID::toString, UUID::fromString);
    UUID id = UUID.randomUUID();

    byte[] bytes = write(ids, id);

    assertThat(bytes).isEqualTo(id.toString().getBytes(UTF_8));
    assertThat(read(ids, bytes)).isEqualTo(id);
    assertThatThrownBy(() -> read(ids, "no id".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @SuppressWarnings("NullAway")
  void noPartMayBeNull() {
    assertThatThrownBy(() -> EntryCodec.of(null, ValueCodec.string())).hasMessage("keys");
    assertThatThrownBy(() -> EntryCodec.of(ValueCodec.string(), null)).hasMessage("values");
    assertThatThrownBy(() -> EntryCodec.withBlobs(null, Samples.LINES)).hasMessage("stubs");
    assertThatThrownBy(() -> EntryCodec.withBlobs(Samples.STRINGS, null)).hasMessage("blobs");
    assertThatThrownBy(() -> ValueCodec.string().mapped(null, v -> v)).hasMessage("written");
    assertThatThrownBy(() -> ValueCodec.string().mapped((String v) -> v, null)).hasMessage("read");
  }

  private static <T> byte[] write(ValueCodec<T> codec, T value) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.write(value, out);
    return out.toByteArray();
  }

  private static <T> T read(ValueCodec<T> codec, byte[] bytes) throws IOException {
    return codec.read(new ByteArrayInputStream(bytes));
  }
}
