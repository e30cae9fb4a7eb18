package dev.slipstream.jmh.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** What a run measures and where it began: kept beside its results, so that it can go on. */
record Settings(
    boolean quick,
    int rounds,
    List<Jdk> jdks,
    Optional<Pattern> only,
    String date,
    String machine) {

  static Settings of(Options options) throws IOException {
    List<Jdk> jdks = new ArrayList<>();
    for (Path home : options.jdks()) {
      jdks.add(Jdk.of(home));
    }
    if (jdks.isEmpty()) {
      jdks.addAll(options.quick() ? Jdk.find().subList(0, 1) : Jdk.find());
    }
    return new Settings(
        options.quick(),
        options.rounds(),
        List.copyOf(jdks),
        options.only(),
        LocalDate.now().toString(),
        describeMachine());
  }

  /** True for the newest JDK, which measures more than what has a must. */
  boolean everything(Jdk jdk) {
    return jdks.stream().allMatch(other -> other.feature() <= jdk.feature());
  }

  List<Step> steps(Jdk jdk) {
    return Plan.steps(quick, everything(jdk), jdk.feature()).stream()
        .filter(step -> only.isEmpty() || only.get().matcher(step.name()).find())
        .toList();
  }

  String command() {
    return "jmh/run" + (quick ? " quick" : "");
  }

  void write(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("quick", String.valueOf(quick));
    properties.setProperty("rounds", String.valueOf(rounds));
    properties.setProperty(
        "jdks", String.join("\n", jdks.stream().map(jdk -> jdk.home().toString()).toList()));
    only.ifPresent(pattern -> properties.setProperty("only", pattern.pattern()));
    properties.setProperty("date", date);
    properties.setProperty("machine", machine);
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }

  static Settings read(Path file) throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    List<Jdk> jdks = new ArrayList<>();
    for (String home : properties.getProperty("jdks").split("\n")) {
      jdks.add(Jdk.of(Path.of(home)));
    }
    return new Settings(
        Boolean.parseBoolean(properties.getProperty("quick")),
        Integer.parseInt(properties.getProperty("rounds")),
        List.copyOf(jdks),
        Optional.ofNullable(properties.getProperty("only")).map(Pattern::compile),
        properties.getProperty("date"),
        properties.getProperty("machine"));
  }

  private static String describeMachine() throws IOException {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d × %s, %d GiB, %s %s; load average at the start %.1f",
        system.getAvailableProcessors(),
        processor(),
        Math.round(system.getTotalMemorySize() / 1e9 / 1.0737),
        system.getName(),
        system.getVersion(),
        system.getSystemLoadAverage());
  }

  private static String processor() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpus)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(cpus).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
