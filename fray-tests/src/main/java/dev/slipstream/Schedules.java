package dev.slipstream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs each scenario under so many schedules, and its canary until it fails. Exits with 1 unless
 * all schedules ran, none of a scenario failed, and all canaries did.
 */
public final class Schedules {
  private static final int FOR_CANARIES = 10_000;

  private Schedules() {}

  /**
   * Runs the program.
   *
   * @param args how many schedules; where reports go; the names of scenarios, or none for all
   */
  public static void main(String[] args) {
    int schedules = Integer.parseInt(args[0]);
    Path reports = Path.of(args[1]);
    List<Scenario> scenarios = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      scenarios.add(Scenario.valueOf(args[i]));
    }
    boolean passed = true;
    for (Scenario scenario : scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios) {
      scenario.run(); // without Fray: classes are initialized, and the library's threads start
      Path report = reports.resolve(scenario.name());
      long start = System.nanoTime();
      Fray right = Fray.run(scenario::run, schedules, report);
      passed &= right.failure == null && right.schedules == schedules;
      say(scenario + ": " + right.schedules + " of " + schedules + " schedules", right, start);

      start = System.nanoTime();
      Fray canary = Fray.run(scenario::runCanary, FOR_CANARIES, report.resolveSibling("canary"));
      boolean caught = canary.failure instanceof AssertionError;
      passed &= caught;
      say(
          scenario + ": canary " + (caught ? "caught" : "NOT CAUGHT") + " at " + canary.schedules,
          canary,
          start);
    }
    System.out.println("fray: " + (passed ? "passed" : "FAILED"));
    System.exit(passed ? 0 : 1); // threads of schedules that failed may be stuck
  }

  private static void say(String what, Fray fray, long start) {
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    System.out.println("fray: " + what + ", " + seconds + " s" + textOf(fray.failure));
  }

  private static String textOf(Throwable failure) {
    return failure == null ? "" : "; " + failure;
  }
}
