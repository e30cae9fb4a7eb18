package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The program behind {@code jmh/run}; it is started in the project's root. */
final class Main {
  private static final int MISSED = 1;
  private static final int REFUSED = 2;
  private static final int FAILED = 3;

  private static final Path RESULTS = Path.of("jmh", "target", "jmh");
  private static final Path BUILT = Path.of("jmh", "target", "benchmarks.jar");
  private static final Path DOCS = Path.of("docs");

  private final Options options;
  private final Store store;
  private final Path settingsFile;

  private Main(Options options) {
    this.options = options;
    store = new Store(RESULTS.resolve(options.quick() ? "quick" : "full"));
    settingsFile = store.settings();
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(status(args));
  }

  private static int status(String... args) throws IOException, InterruptedException {
    try {
      Options options = Options.parse(args);
      if (options.action() == Options.Action.HELP) {
        System.out.print(Options.USAGE);
        return 0;
      }
      return new Main(options).run();
    } catch (Options.Refused e) {
      System.err.println("jmh/run: " + e.getMessage() + "; jmh/run help lists the options");
      return REFUSED;
    } catch (StepRunner.Failed e) {
      System.err.println("jmh/run: " + e.getMessage());
      return FAILED;
    }
  }

  private int run() throws Options.Refused, StepRunner.Failed, IOException, InterruptedException {
    Settings settings = settings();
    Measuring measuring = new Measuring(settings, store, jar());
    if (options.action() != Options.Action.REPORT) {
      measuring.run();
    }
    Report report = new Report(settings, store);
    System.out.println(report.text());
    boolean whole = measuring.left() == 0 && settings.only().isEmpty();
    if (!settings.quick() && (whole || options.action() == Options.Action.REPORT)) {
      new Documentation(DOCS).write(report);
    }
    if (measuring.left() > 0) {
      System.out.println(measuring.howToGoOn());
    }
    return report.missed() ? MISSED : 0;
  }

  /** Returns what is to be measured: what was asked for, or what the run that is there was. */
  private Settings settings() throws Options.Refused, IOException {
    boolean there = Files.exists(settingsFile);
    if (options.action() != Options.Action.MEASURE) {
      if (!there) {
        throw new Options.Refused(
            "there is no %s run to %s: start one with %s"
                .formatted(
                    options.quick() ? "quick" : "full",
                    options.action() == Options.Action.CONTINUE ? "continue" : "report",
                    options.quick() ? "jmh/run quick" : "jmh/run"));
      }
      return Settings.read(settingsFile);
    }
    if (there && !options.quick() && !options.anew()) {
      refuseToForget(new Measuring(Settings.read(settingsFile), store, jar()));
    }
    Settings settings = Settings.of(options);
    requireSteps(settings);
    store.clear();
    Files.copy(BUILT, jar(), StandardCopyOption.REPLACE_EXISTING);
    settings.write(settingsFile);
    return settings;
  }

  private static void refuseToForget(Measuring before) throws Options.Refused {
    if (before.left() > 0) {
      throw new Options.Refused(before.howToGoOn() + ", or start again with --anew");
    }
  }

  private static void requireSteps(Settings settings) throws Options.Refused {
    if (settings.jdks().stream().allMatch(jdk -> settings.steps(jdk).isEmpty())) {
      throw new Options.Refused(
          "--only must match a step's name, but %s matches none of: %s"
              .formatted(
                  settings.only().orElseThrow(),
                  String.join(
                      ", ",
                      Plan.steps(settings.quick(), true, Runtime.version().feature()).stream()
                          .map(Step::name)
                          .toList())));
    }
  }

  /** A copy: the results of a run that is continued come from the same code. */
  private Path jar() {
    return settingsFile.resolveSibling("benchmarks.jar");
  }
}
