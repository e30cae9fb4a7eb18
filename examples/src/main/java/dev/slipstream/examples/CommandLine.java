package dev.slipstream.examples;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The options that a program takes, each with a default, and how they are read. */
final class CommandLine {
  private final Map<String, Setting> settings = new HashMap<>();

  /**
   * What one option takes.
   *
   * @param kind what it needs after it, such as "a number"; empty if it needs nothing
   * @param byDefault its value if it is not given
   * @param reader reads its value
   */
  private record Setting(String kind, Object byDefault, Function<String, Object> reader) {
    boolean isFlag() {
      return kind.isEmpty();
    }
  }

  /** What was given, or is so by default. */
  static final class Given {
    private final Map<String, Object> values = new HashMap<>();

    long number(String name) {
      return (long) value(name);
    }

    /** Returns a number whose bounds are those of an int. */
    int count(String name) {
      return Math.toIntExact(number(name));
    }

    Path path(String name) {
      return (Path) value(name);
    }

    boolean has(String flag) {
      return (boolean) value(flag);
    }

    boolean help() {
      return has("--help");
    }

    private Object value(String name) {
      return values.get(name);
    }
  }

  CommandLine() {
    flag("--help");
  }

  CommandLine number(String name, long byDefault, long least, long most) {
    return add(name, "a number", byDefault, text -> number(name, least, most, text));
  }

  CommandLine path(String name, Path byDefault) {
    return add(name, "a path", byDefault, text -> path(name, text));
  }

  CommandLine flag(String name) {
    return add(name, "", false, text -> true);
  }

  private CommandLine add(
      String name, String kind, Object byDefault, Function<String, Object> reader) {
    settings.put(name, new Setting(kind, byDefault, reader));
    return this;
  }

  /**
   * Reads a command line, such as {@code --clients 200 --port=8080}.
   *
   * @throws IllegalArgumentException if it makes no sense; the message names the option
   */
  Given read(List<String> arguments) {
    Given given = new Given();
    settings.forEach((name, setting) -> given.values.put(name, setting.byDefault));
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      String word = words.next();
      int equals = word.indexOf('=');
      String name = word.equals("-h") ? "--help" : equals < 0 ? word : word.substring(0, equals);
      Setting setting = settings.get(name);
      if (setting == null) {
        throw new IllegalArgumentException("unknown option " + name);
      }
      String text = equals < 0 ? next(name, setting, words) : word.substring(equals + 1);
      if (setting.isFlag() && equals >= 0) {
        throw new IllegalArgumentException("%s takes no value, not '%s'".formatted(name, text));
      }
      given.values.put(name, setting.reader.apply(text));
    }
    return given;
  }

  private static String next(String name, Setting setting, Iterator<String> words) {
    if (setting.isFlag()) {
      return "";
    }
    if (!words.hasNext()) {
      throw new IllegalArgumentException(name + " needs " + setting.kind);
    }
    return words.next();
  }

  private static long number(String name, long least, long most, String text) {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s needs a number, not '%s'".formatted(name, text), e);
    }
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be from %d to %d, not %d".formatted(name, least, most, value));
    }
    return value;
  }

  private static Path path(String name, String text) {
    if (text.isBlank() || text.startsWith("--")) {
      throw new IllegalArgumentException("%s needs a path, not '%s'".formatted(name, text));
    }
    return Path.of(text);
  }
}
