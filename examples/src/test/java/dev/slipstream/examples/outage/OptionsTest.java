package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void nothingGivenIsTheDefault() {
    Phases phases = new Phases(8, 10, 7);
    Duration ttl = Duration.ofSeconds(4);
    Path plot = Path.of("outage.svg");
    assertEquals(
        new Options(Failure.REFUSE, phases, 200, 100, ttl, 20_000, 0, 42, plot),
        Options.parse(List.of()));
  }

  @Test
  void everyOptionIsRead() {
    Options options =
        Options.parse(
            List.of(
                "--failure=hang",
                "--before",
                "1",
                "--outage=2",
                "--after",
                "3",
                "--rate=50",
                "--items",
                "20",
                "--ttl-millis=500",
                "--rows",
                "6000",
                "--port=8080",
                "--seed",
                "-7",
                "--plot=a.svg"));
    Phases phases = new Phases(1, 2, 3);
    Duration ttl = Duration.ofMillis(500);
    assertEquals(
        new Options(Failure.HANG, phases, 50, 20, ttl, 6_000, 8_080, -7, Path.of("a.svg")),
        options);
  }

  @ParameterizedTest
  @CsvSource({
    "--during 3,unknown option --during",
    "10,unknown option 10",
    "--failure,--failure needs a value",
    "--failure slow,'--failure must be refuse or hang, not ''slow'''",
    "--outage,--outage needs a number",
    "--outage long,'--outage needs a number, not ''long'''",
    "--outage 0,'--outage must be from 1 to 600, not 0'",
    "--before=0,'--before must be from 1 to 600, not 0'",
    "--after 601,'--after must be from 1 to 600, not 601'",
    "--rate 2001,'--rate must be from 1 to 2000, not 2001'",
    "--items 0,'--items must be from 1 to 5000, not 0'",
    "--ttl-millis 99,--ttl-millis must be from 100 to 600000",
    "--rows 5000,--rows must be from 5100 to 2000000",
    "--port 65536,'--port must be from 0 to 65535, not 65536'",
    "--plot,--plot needs a path",
    "--plot=,--plot needs a path"
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
        List.of(
            "--failure",
            "--before",
            "--outage",
            "--after",
            "--rate",
            "--items",
            "--ttl-millis",
            "--rows",
            "--port",
            "--seed",
            "--plot",
            "--help")) {
      assertTrue(Options.USAGE.contains("  " + option + " "), option);
    }
  }
}
