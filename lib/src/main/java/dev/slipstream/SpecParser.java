package dev.slipstream;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/** Reads Caffeine's specification format into a builder; what it refuses, it names. */
final class SpecParser {
  private static final List<String> VALUES =
      List.of(
          "initialCapacity",
          "maximumSize",
          "maximumWeight",
          "expireAfterWrite",
          "expireAfterAccess",
          "refreshAfterWrite");
  private static final List<String> FLAGS = List.of("recordStats");

  private final String spec;
  private final CoalescingCacheBuilder<Object, Object> builder = CoalescingCache.builder();

  private SpecParser(String spec) {
    this.spec = spec;
  }

  static CoalescingCacheBuilder<Object, Object> parse(String spec) {
    SpecParser parser = new SpecParser(spec);
    if (!spec.isBlank()) {
      for (String part : spec.split(",", -1)) {
        parser.set(part.strip());
      }
    }
    return parser.builder;
  }

  private void set(String part) {
    String[] pair = part.split("=", -1);
    String name = pair[0].strip();
    if (name.isEmpty() || pair.length > 2) {
      throw refused(part, "is not of the form name or name=value");
    }
    refuseUnsupported(part, name);
    try {
      if (pair.length == 1) {
        setFlag(part, name);
      } else {
        setValue(part, name, pair[1].strip());
      }
    } catch (ArithmeticException e) {
      throw refused(part, "has a value that is too large");
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(
          "'%s' in the specification '%s': %s".formatted(part, spec, e.getMessage()), e);
    }
  }

  private void refuseUnsupported(String part, String name) {
    switch (name) {
      case "weakKeys", "weakValues", "softValues" ->
          throw refused(
              part, "is not supported: entries are held strongly and leave by size or age only");
      default -> {}
    }
  }

  private void setFlag(String part, String name) {
    switch (name) {
      case "recordStats" -> builder.recordStats();
      default ->
          throw VALUES.contains(name)
              ? refused(part, "needs a value, as in " + name + "=…")
              : unknown(part);
    }
  }

  private void setValue(String part, String name, String value) {
    switch (name) {
      case "initialCapacity" -> builder.initialCapacity(Math.toIntExact(number(part, value)));
      case "maximumSize" -> builder.maximumSize(number(part, value));
      case "maximumWeight" -> builder.maximumWeight(number(part, value));
      case "expireAfterWrite" -> builder.expireAfterWrite(duration(part, value));
      case "refreshAfterWrite" -> builder.refreshAfterWrite(duration(part, value));
      case "expireAfterAccess" -> builder.expireAfterAccess(duration(part, value));
      default -> throw FLAGS.contains(name) ? refused(part, "takes no value") : unknown(part);
    }
  }

  private long number(String part, String value) {
    try {
      return Long.parseLong(value.replace("_", ""));
    } catch (NumberFormatException e) {
      throw refused(part, "does not have a whole number as its value");
    }
  }

  private Duration duration(String part, String value) {
    if (value.isEmpty()) {
      throw refused(part, "has no duration as its value");
    }
    try {
      if (value.toUpperCase(Locale.ROOT).contains("P")) {
        return Duration.parse(value);
      }
    } catch (DateTimeParseException e) {
      throw refused(part, "has no ISO-8601 duration as its value");
    }
    long amount = number(part, value.substring(0, value.length() - 1));
    return switch (value.charAt(value.length() - 1)) {
      case 'd' -> Duration.ofDays(amount);
      case 'h' -> Duration.ofHours(amount);
      case 'm' -> Duration.ofMinutes(amount);
      case 's' -> Duration.ofSeconds(amount);
      default -> throw refused(part, "has no unit: end the duration with d, h, m or s");
    };
  }

  private IllegalArgumentException unknown(String part) {
    return refused(
        part,
        "is unknown: use one of %s with a value, or %s"
            .formatted(String.join(", ", VALUES), String.join(", ", FLAGS)));
  }

  private IllegalArgumentException refused(String part, String why) {
    return new IllegalArgumentException(
        "'%s' in the specification '%s' %s".formatted(part, spec, why));
  }
}
