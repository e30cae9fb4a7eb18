package dev.slipstream.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.CommandLine.Given;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final CommandLine line =
      new CommandLine()
          .number("--seconds", 10, 1, 60)
          .path("--file", Path.of("here"))
          .choice("--unit", TimeUnit.SECONDS)
          .flag("--serve");

  @Test
  void anOptionThatIsNotGivenHasItsDefault() {
    Given given = line.read(List.of());
    assertEquals(10, given.count("--seconds"));
    assertEquals(Path.of("here"), given.path("--file"));
    assertEquals(TimeUnit.SECONDS, given.choice("--unit", TimeUnit.class));
    assertFalse(given.has("--serve"));
    assertFalse(given.help());
  }

  @Test
  void aFlagTakesNoValue() {
    Given given = line.read(List.of("--serve", "--file", "there", "--seconds=5"));
    assertTrue(given.has("--serve"));
    assertEquals(Path.of("there"), given.path("--file"));
    assertEquals(5, given.count("--seconds"));
  }

  @Test
  void aChoiceIsInLowerCase() {
    assertEquals(
        TimeUnit.DAYS, line.read(List.of("--unit", "days")).choice("--unit", TimeUnit.class));
  }

  @Test
  void parsingLeavesNoStateBehind() {
    line.read(List.of("--seconds", "5"));
    assertEquals(10, line.read(List.of()).count("--seconds"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpIsRecognized(String option) {
    assertTrue(line.read(List.of(option)).help());
  }

  @ParameterizedTest
  @CsvSource({
    "fast,unknown option fast",
    "--serve=1,'--serve takes no value, not ''1'''",
    "--file,--file needs a path",
    "--file=,'--file needs a path, not '''''",
    "--file --serve,'--file needs a path, not ''--serve'''",
    "--unit,--unit needs a value",
    "--unit DAYS,'--unit must be nanoseconds or microseconds or milliseconds or seconds or minutes or hours or days, not ''DAYS'''",
    "--seconds 61,'--seconds must be from 1 to 60, not 61'"
  })
  void theMessageNamesTheWrongOption(String words, String message) {
    List<String> arguments = List.of(words.split(" "));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> line.read(arguments));
    assertEquals(message, e.getMessage());
  }
}
