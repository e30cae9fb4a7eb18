package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.outage.Phases.Phase;
import dev.slipstream.examples.shared.Printed;
import dev.slipstream.examples.shared.ProgressBar;
import dev.slipstream.examples.shared.Reply;
import dev.slipstream.examples.shared.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ExperimentTest {
  private static final Options OPTIONS = options("refuse");

  private static Options options(String failure) {
    return Options.parse(
        List.of(
            "--failure=" + failure,
            "--before=2",
            "--outage=2",
            "--after=1",
            "--rate=100",
            "--items=10",
            "--ttl-millis=400",
            "--rows=5100"));
  }

  private final Printed out = new Printed();

  @TempDir private Path directory;

  @BeforeAll
  static void asTheProgramDoes() {
    Outage.prepare();
  }

  @Test
  void withTheSettingsNoCallerOfACachedItemFails() throws Exception {
    ProgressBar progress = new ProgressBar(out.stream(), new Terminal(false, false, false));
    List<OutageResult> runs = new Experiment(OPTIONS, progress).run();

    OutageResult plain = runs.get(0);
    OutageResult guarded = runs.get(1);
    assertEquals(List.of("plain", "protected", "refresh", "bulkhead"), variants(runs));
    for (OutageResult run : runs) {
      assertEquals(plain.requests(), run.requests());
      assertTrue(run == guarded || failuresOfCached(run) > 0, run::toString);
      assertTrue(run.failedOfNew() > 0, run::toString);
    }
    assertEquals(0, failuresOfCached(guarded), guarded::toString);
    assertTrue(guarded.staleShareOfOutage() > 0, guarded::toString);
    assertTrue(
        guarded.callsPerSecond(Phase.DURING) < plain.callsPerSecond(Phase.DURING),
        () -> plain.calls() + " and " + guarded.calls());
    theyArePrintedAndDrawn(runs);
  }

  @Test
  void whenTheDatabaseHangsTheSettingsKeepCallersOfCachedItemsFromWaiting() throws Exception {
    ProgressBar progress = new ProgressBar(out.stream(), new Terminal(false, false, false));
    List<OutageResult> runs = new Experiment(options("hang"), progress).run();

    OutageResult plain = runs.get(0);
    OutageResult guarded = runs.get(1);
    assertTrue(plain.failedOfCached() > guarded.failedOfCached(), () -> plain + " and " + guarded);
    assertTrue(guarded.staleShareOfOutage() > 0, guarded::toString);
    for (OutageResult run : runs) {
      assertTrue(run.failedOfNew() > 0, run::toString);
    }
  }

  /** Counts what failed other than by a timeout, which a slow machine may cause. */
  private static long failuresOfCached(OutageResult run) {
    Set<Integer> cached =
        run.replies().stream()
            .filter(reply -> reply.succeeded() && cameBeforeTheOutage(reply))
            .map(reply -> reply.request().item())
            .collect(Collectors.toSet());
    return run.replies().stream()
        .filter(reply -> !reply.succeeded() && !reply.timedOut())
        .filter(reply -> cached.contains(reply.request().item()))
        .count();
  }

  private static boolean cameBeforeTheOutage(Reply reply) {
    long atMillis = reply.request().atMillis() + reply.nanos() / 1_000_000;
    return atMillis < OPTIONS.phases().before() * 1_000L;
  }

  private void theyArePrintedAndDrawn(List<OutageResult> runs) throws Exception {
    out.clear();
    Path plot = directory.resolve("outage.svg");
    Outage.print(runs, plot, out.stream());

    assertTrue(out.text().contains("failures seen by callers"), out::text);
    assertTrue(out.text().endsWith("plot: " + plot + System.lineSeparator()), out::text);
    String picture = Files.readString(plot);
    for (OutageResult run : runs) {
      assertTrue(picture.contains(run.name()), run::name);
    }
    assertTrue(picture.contains(">outage<"), picture);
  }

  private static List<String> variants(List<OutageResult> runs) {
    return runs.stream().map(OutageResult::variant).toList();
  }
}
