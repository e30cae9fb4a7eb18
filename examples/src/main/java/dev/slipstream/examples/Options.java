package dev.slipstream.examples;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What the user asked for on the command line.
 *
 * @param clients how many clients there are; in a burst they all ask at once
 * @param seconds how long each of the three runs takes
 * @param rate requests a second; 0 is a multiple of what the database was measured to answer
 * @param rows how many items the database holds
 * @param port where the server listens; 0 is any free port
 * @param seed of the random load
 * @param help whether to print the usage and do nothing
 */
record Options(int clients, int seconds, int rate, int rows, int port, long seed, boolean help) {

  static final String USAGE =
      """
      Puts the same load on a small web shop three times: without a cache, with Caffeine's
      AsyncCache, and with Slipstream. Ends with a table, after about 30 seconds.

      mvn -q -pl examples -am compile exec:java -Dexec.args="--clients 200 --seconds 5"

        --clients N    concurrent HTTP clients, 1 to 2000 (default 300)
        --seconds N    length of each of the three runs, 1 to 600 (default 6)
        --rate N       requests a second, 1 to 2000 (default: %s times what the
                       database can answer without a cache, as measured at the start)
        --rows N       items in the database, 5000 to 2000000 (default 150000)
        --port N       where the web server listens (default: any free port)
        --seed N       seed of the random load (default 42)
        --help         prints this

      Exit codes: 0 done, 1 failed (a port in use, for one), 2 bad option, 130 interrupted."""
          .formatted(Experiment.OVERLOAD);

  private static final Map<String, Setting> SETTINGS =
      Map.of(
          "--clients", new Setting(300, 1, 2_000),
          "--seconds", new Setting(6, 1, 600),
          "--rate", new Setting(0, 1, 2_000),
          "--rows", new Setting(150_000, 5_000, 2_000_000),
          "--port", new Setting(0, 0, 65_535),
          "--seed", new Setting(42, Long.MIN_VALUE, Long.MAX_VALUE));

  private record Setting(long byDefault, long least, long most) {}

  /**
   * Reads a command line, such as {@code --clients 200 --port=8080}.
   *
   * @throws IllegalArgumentException if it makes no sense; the message names the option
   */
  static Options parse(List<String> arguments) {
    Map<String, Long> given = new HashMap<>();
    boolean help = false;
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      String word = words.next();
      if (word.equals("--help") || word.equals("-h")) {
        help = true;
        continue;
      }
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      Setting setting = SETTINGS.get(name);
      if (setting == null) {
        throw new IllegalArgumentException("unknown option " + name);
      }
      if (equals < 0 && !words.hasNext()) {
        throw new IllegalArgumentException(name + " needs a number");
      }
      String value = equals < 0 ? words.next() : word.substring(equals + 1);
      given.put(name, number(name, setting, value));
    }
    return from(given, help);
  }

  private static Options from(Map<String, Long> given, boolean help) {
    Map<String, Long> all = new HashMap<>();
    SETTINGS.forEach((name, setting) -> all.put(name, setting.byDefault));
    all.putAll(given);
    return new Options(
        all.get("--clients").intValue(),
        all.get("--seconds").intValue(),
        all.get("--rate").intValue(),
        all.get("--rows").intValue(),
        all.get("--port").intValue(),
        all.get("--seed"),
        help);
  }

  private static long number(String name, Setting setting, String text) {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s needs a number, not '%s'".formatted(name, text), e);
    }
    if (value < setting.least || value > setting.most) {
      throw new IllegalArgumentException(
          "%s must be from %d to %d, not %d".formatted(name, setting.least, setting.most, value));
    }
    return value;
  }
}
