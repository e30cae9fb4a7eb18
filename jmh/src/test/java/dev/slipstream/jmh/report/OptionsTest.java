package dev.slipstream.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void aFullRunHasThreeRoundsAndAQuickOneHasOne() throws Options.Refused {
    assertEquals(3, Options.parse().rounds());
    assertEquals(1, Options.parse("quick").rounds());
    assertEquals(5, Options.parse("quick", "--rounds", "5").rounds());
  }

  @Test
  void aQuickRunCanGoOnAsWell() throws Options.Refused {
    Options options = Options.parse("quick", "continue");

    assertTrue(options.quick());
    assertEquals(Options.Action.CONTINUE, options.action());
  }

  @Test
  void jdksAreTakenInTheirOrder() throws Options.Refused {
    Path home = Path.of(System.getProperty("java.home"));

    Options options = Options.parse("--jdk", home.toString(), "--jdk", home.toString());

    assertEquals(2, options.jdks().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slow | slow is no option",
        "bytes --anew | bytes must be the only argument",
        "--rounds | --rounds needs a value",
        "--rounds 0 | --rounds must be 1 to 99, but is 0",
        "--rounds many | --rounds must be 1 to 99, but is many",
        "--only [ | --only must be a regular expression, but [ is none: Unclosed character class",
        "--jdk /nowhere | --jdk must name the home of a JDK, but /nowhere has no bin/java",
        "continue --anew | continue goes by the options of the run that is there: give it none",
        "report --rounds 2 | report goes by the options of the run that is there: give it none",
        "continue report | report cannot be combined with another action",
      })
  void whatCannotBeFollowedIsRefusedByName(String arguments, String message) {
    var refused =
        assertThrows(Options.Refused.class, () -> Options.parse(arguments.strip().split(" ")));

    assertEquals(message.strip(), refused.getMessage());
  }
}
