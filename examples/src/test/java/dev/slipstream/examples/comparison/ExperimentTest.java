package dev.slipstream.examples.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.RunResult;
import dev.slipstream.examples.shared.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExperimentTest {

  @Test
  @Timeout(120)
  void slipstreamKillsNoRequestAndRunsFewerQueries() throws Exception {
    Options options =
        Options.parse(
            List.of("--clients", "40", "--seconds", "1", "--rate", "60", "--rows", "5000"));
    List<RunResult> runs = new Experiment(options, quiet()).run();
    assertEquals(
        List.of("no cache", "Caffeine", "Slipstream"), runs.stream().map(RunResult::name).toList());
    RunResult plain = runs.get(0);
    RunResult slipstream = runs.get(2);
    assertEquals(plain.requests(), slipstream.requests());
    assertEquals(0, plain.killed(), runs::toString);
    assertEquals(0, slipstream.killed(), runs::toString);
    assertEquals(0, slipstream.errors(), runs::toString);
    assertTrue(slipstream.queriesStarted() < plain.queriesStarted(), runs::toString);
  }

  private static ProgressBar quiet() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new ProgressBar(nowhere, new Terminal(false, false, false));
  }
}
