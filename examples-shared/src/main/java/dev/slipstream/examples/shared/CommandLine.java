package dev.slipstream.examples.shared;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The options of a program, each with a default, and the parser for them. */
public final class CommandLine {
  private final Map<String, Setting> settings = new HashMap<>();

  /**
   * One option.
   *
   * @param kind the kind of its value, such as "a number"; empty if it takes none
   * @param byDefault its value if it is not given
   * @param reader parses its value
   */
  private record Setting(String kind, Object byDefault, Function<String, Object> reader) {
    boolean isFlag() {
      return kind.isEmpty();
    }
  }

  /** The values of all options: given on the command line, or the defaults. */
  public static final class Given {
    private final Map<String, Object> values = new HashMap<>();

    private Given() {}

    /**
     * Returns the value of a number option.
     *
     * @param name of the option
     * @return its value
     */
    public long number(String name) {
      return (long) value(name);
    }

    /**
     * Returns the value of a number option whose bounds fit into an int.
     *
     * @param name of the option
     * @return its value
     */
    public int count(String name) {
      return Math.toIntExact(number(name));
    }

    /**
     * Returns the value of a path option.
     *
     * @param name of the option
     * @return its value
     */
    public Path path(String name) {
      return (Path) value(name);
    }

    /**
     * Returns the value of an option that is one of several.
     *
     * @param <E> the type of them
     * @param name of the option
     * @param type of them
     * @return its value
     */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
      return type.cast(value(name));
    }

    /**
     * Returns whether a flag was given.
     *
     * @param flag its name
     * @return true if it was
     */
    public boolean has(String flag) {
      return (boolean) value(flag);
    }

    boolean help() {
      return has("--help");
    }

    private Object value(String name) {
      return values.get(name);
    }
  }

  /** Creates a command line whose only option is {@code --help}. */
  public CommandLine() {
    flag("--help");
  }

  /**
   * Adds an option that takes a whole number.
   *
   * @param name of the option
   * @param byDefault its value if it is not given
   * @param least the smallest value that is accepted
   * @param most the largest value that is accepted
   * @return this
   */
  public CommandLine number(String name, long byDefault, long least, long most) {
    return add(name, "a number", byDefault, text -> number(name, least, most, text));
  }

  /**
   * Adds an option that takes a path.
   *
   * @param name of the option
   * @param byDefault its value if it is not given
   * @return this
   */
  public CommandLine path(String name, Path byDefault) {
    return add(name, "a path", byDefault, text -> path(name, text));
  }

  /**
   * Adds an option that takes one of several values: the names of an enum's constants, in lower
   * case.
   *
   * @param <E> the enum
   * @param name of the option
   * @param byDefault its value if it is not given
   * @return this
   */
  public <E extends Enum<E>> CommandLine choice(String name, E byDefault) {
    Class<E> type = byDefault.getDeclaringClass();
    return add(name, "a value", byDefault, text -> choice(name, type, text));
  }

  /**
   * Adds an option without a value.
   *
   * @param name of the option
   * @return this
   */
  public CommandLine flag(String name) {
    return add(name, "", false, text -> true);
  }

  private CommandLine add(
      String name, String kind, Object byDefault, Function<String, Object> reader) {
    settings.put(name, new Setting(kind, byDefault, reader));
    return this;
  }

  /**
   * Parses a command line, such as {@code --clients 200 --port=8080}. The last value of an option
   * that is repeated counts.
   *
   * @param arguments of the program
   * @return the values of all options
   * @throws IllegalArgumentException if an option is unknown or its value is wrong; the message
   *     names the option
   */
  public Given read(List<String> arguments) {
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

  private static <E extends Enum<E>> E choice(String name, Class<E> type, String text) {
    List<String> choices = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String choice = constant.name().toLowerCase(Locale.ROOT);
      if (choice.equals(text)) {
        return constant;
      }
      choices.add(choice);
    }
    throw new IllegalArgumentException(
        "%s must be %s, not '%s'".formatted(name, String.join(" or ", choices), text));
  }

  private static Path path(String name, String text) {
    if (text.isBlank() || text.startsWith("--")) {
      throw new IllegalArgumentException("%s needs a path, not '%s'".formatted(name, text));
    }
    return Path.of(text);
  }
}
