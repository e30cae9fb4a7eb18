package dev.slipstream.examples.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void nothingGivenIsTheDefault() {
    Options options = Options.parse(List.of());
    assertEquals(new Options(300, 6, 0, 150_000, 0, 42), options);
  }

  @Test
  void everyOptionIsRead() {
    Options options =
        Options.parse(
            List.of(
                "--clients",
                "20",
                "--seconds=3",
                "--rate",
                "50",
                "--rows=5000",
                "--port",
                "8080",
                "--seed=-7"));
    assertEquals(new Options(20, 3, 50, 5_000, 8_080, -7), options);
  }

  @Test
  void theLastOneCounts() {
    assertEquals(2, Options.parse(List.of("--clients", "1", "--clients", "2")).clients());
  }

  @ParameterizedTest
  @CsvSource({
    "--client 3,unknown option --client",
    "fast,unknown option fast",
    "--clients,--clients needs a number",
    "--clients=,--clients needs a number",
    "--clients many,'--clients needs a number, not ''many'''",
    "--clients 0,'--clients must be from 1 to 2000, not 0'",
    "--seconds=601,'--seconds must be from 1 to 600, not 601'",
    "--port 65536,'--port must be from 0 to 65535, not 65536'",
    "--rows 10,--rows must be from 5000 to 2000000",
    "--rate 0,--rate must be from 1 to 2000"
  })
  void aBadOptionIsNamed(String line, String message) {
    List<String> words = List.of(line.split(" "));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Options.parse(words));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void theUsageNamesEveryOption() {
    for (String option :
        List.of("--clients", "--seconds", "--rate", "--rows", "--port", "--seed", "--help")) {
      assertTrue(Options.USAGE.contains(option + " "), option);
    }
  }
}
