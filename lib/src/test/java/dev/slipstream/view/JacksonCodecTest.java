package dev.slipstream.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

class JacksonCodecTest {
  private @TempDir Path directory;

  /** A record as users have them. */
  record Row(String name, int amount, List<String> tags) {}

  /** The same in a later version. */
  record RowTwo(String name) {}

  @Test
  void recordsAreReadAsTheyWereWritten() throws Exception {
    Path file = directory.resolve("rows");
    EntryCodec<String, Row> codec = EntryCodec.of(ValueCodec.string(), JacksonCodec.of(Row.class));
    CacheView<String, Row> view =
        new CacheView<>(
            List.of(
                new EntryView<>("a", new Row("x", 1, List.of()), Samples.WRITTEN, null),
                new EntryView<>(
                    "b", new Row("y".repeat(100_000), 2, List.of("t")), Samples.WRITTEN, null)));

    ViewFile.write(file, view, codec);

    assertThat(ViewFile.read(file, codec)).isEqualTo(view);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"name\":\"x\"} {}",
        "{\"name\":\"x\"}garbage",
        "{\"other\":1}",
        "[]",
        "17"
      })
  void whatIsNotOneRowIsRefused(String json) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> read(JacksonCodec.of(RowTwo.class), json));
  }

  @Test
  void whatOtherVersionsWriteIsForTheMapperToDecide() throws Exception {
    ObjectMapper lenient =
        new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    assertThat(read(JacksonCodec.of(lenient, RowTwo.class), "{\"name\":\"x\",\"amount\":1}"))
        .isEqualTo(new RowTwo("x"));
    assertThatThrownBy(() -> read(JacksonCodec.of(lenient, RowTwo.class), "{\"name\":\"x\"} 1"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void withoutJacksonTheRestWorksAndTheErrorSaysWhatToAdd() throws Throwable {
    URL[] library = {location(ViewFile.class), location(Logger.class)};
    try (URLClassLoader bare = new URLClassLoader(library, ClassLoader.getPlatformClassLoader())) {
      MethodHandle string = handle(bare, "ValueCodec", "string");
      assertThat(string.invoke()).hasToString("INSTANCE");
      MethodHandle of = handle(bare, "JacksonCodec", "of", Class.class);
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> of.invoke(String.class))
          .withMessageContainingAll("java.lang.String", "jackson-databind");
    }
  }

  /** Not by reflection, which would look for the types of all methods. */
  private static MethodHandle handle(
      ClassLoader loader, String type, String method, Class<?>... parameters) throws Exception {
    Class<?> owner = loader.loadClass("dev.slipstream.view." + type);
    return MethodHandles.publicLookup()
        .findStatic(owner, method, MethodType.methodType(owner, parameters));
  }

  private static URL location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static <T> T read(ValueCodec<T> codec, String json) throws IOException {
    return codec.read(new ByteArrayInputStream(json.getBytes(UTF_8)));
  }
}
