package dev.slipstream.jmh.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What is to be measured.
 *
 * @param action what to do
 * @param quick one short round on one JDK
 * @param anew whether an interrupted run is thrown away
 * @param rounds how often each side is measured, each time in a JVM of its own
 * @param jdks the homes of the JDKs; none means those that are found
 * @param only matches the names of the steps to run
 */
record Options(
    Action action,
    boolean quick,
    boolean anew,
    int rounds,
    List<Path> jdks,
    Optional<Pattern> only) {
  static final String USAGE =
      """
      jmh/run                measures everything, on JDK 17 and the newest one; writes docs/performance.md
      jmh/run quick          prints the same table within three minutes, with wider ranges
      jmh/run continue       goes on with an interrupted run ("jmh/run quick continue" with a quick one)
      jmh/run report         reports what is there; of a full run, writes docs/performance.md
      jmh/run bytes          checks the bytes that calls allocate; exits with 1 if they are more
      jmh/run guards         checks loads and inflated monitors of a hot key; exits with 1 if they are more
      jmh/run turns          runs rows with both sides in one JVM, in turn, and prints their ratios
      jmh/run help           prints this

        --rounds N           how often each side is measured, each time in a JVM of its own; 3, or 1 if quick
        --jdk HOME           a JDK to measure on; may be repeated
        --only REGEX         runs only the steps whose names match; writes no documentation
        --anew               forgets an interrupted run

      A run exits with 1 if a must is missed, with 2 if its options are wrong, with 3 if it failed.
      """;

  /** What to do. */
  enum Action {
    MEASURE,
    CONTINUE,
    REPORT,
    HELP
  }

  /** Options that cannot be followed; the message says why. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  static Options parse(String... args) throws Refused {
    Action action = Action.MEASURE;
    boolean quick = false;
    boolean anew = false;
    int rounds = 0;
    List<Path> jdks = new ArrayList<>();
    Optional<Pattern> only = Optional.empty();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      switch (arg) {
        case "quick" -> quick = true;
        case "continue" -> action = only(action, Action.CONTINUE, arg);
        case "report" -> action = only(action, Action.REPORT, arg);
        case "help", "-h", "--help" -> action = Action.HELP;
        case "--anew" -> anew = true;
        case "--rounds" -> rounds = rounds(value(args, ++i, arg));
        case "--jdk" -> jdks.add(jdk(value(args, ++i, arg)));
        case "--only" -> only = Optional.of(pattern(value(args, ++i, arg)));
        case "bytes", "guards", "turns" ->
            throw new Refused("%s must be the only argument".formatted(arg));
        default -> throw new Refused("%s is no option".formatted(arg));
      }
    }
    boolean stored = action == Action.CONTINUE || action == Action.REPORT;
    if (stored && (anew || rounds > 0 || !jdks.isEmpty() || only.isPresent())) {
      throw new Refused(
          "%s goes by the options of the run that is there: give it none"
              .formatted(action == Action.CONTINUE ? "continue" : "report"));
    }
    return new Options(
        action, quick, anew, rounds > 0 ? rounds : quick ? 1 : 3, List.copyOf(jdks), only);
  }

  private static Action only(Action before, Action action, String arg) throws Refused {
    if (before != Action.MEASURE) {
      throw new Refused("%s cannot be combined with another action".formatted(arg));
    }
    return action;
  }

  private static String value(String[] args, int at, String option) throws Refused {
    if (at == args.length) {
      throw new Refused("%s needs a value".formatted(option));
    }
    return args[at];
  }

  private static int rounds(String value) throws Refused {
    if (!value.matches("[1-9][0-9]?")) {
      throw new Refused("--rounds must be 1 to 99, but is %s".formatted(value));
    }
    return Integer.parseInt(value);
  }

  private static Path jdk(String value) throws Refused {
    Path home = Path.of(value);
    if (!Files.isExecutable(home.resolve("bin/java"))) {
      throw new Refused(
          "--jdk must name the home of a JDK, but %s has no bin/java".formatted(value));
    }
    return home;
  }

  private static Pattern pattern(String value) throws Refused {
    try {
      return Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      throw new Refused(
          "--only must be a regular expression, but %s is none: %s"
              .formatted(value, e.getDescription()));
    }
  }
}
