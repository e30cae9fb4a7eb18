package dev.slipstream;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a load of the {@link BatchModel} brings.
 *
 * @param pick chooses the keys that have no value
 * @param failure what it fails with if it fails
 * @param stores whether it lets the values be stored
 */
record BatchModelAnswer(Kind kind, int pick, IOException failure, boolean stores) {

  /** What a load brings. */
  enum Kind {
    VALUES,
    /** No value for some keys, or none at all: they are missing from the map, or map to null. */
    SOME,
    /** Values for keys that were not asked for as well. */
    MORE,
    NULL_MAP,
    FAILURE,
    /** A failure too; if it comes before the loader returns, the loader throws it. */
    THROWN
  }

  static BatchModelAnswer draw(Random random, int number) {
    List<Kind> kinds =
        List.of(Kind.VALUES, Kind.VALUES, Kind.VALUES, Kind.SOME, Kind.SOME, Kind.MORE);
    return new BatchModelAnswer(
        random.nextInt(4) == 0
            ? Kind.values()[random.nextInt(Kind.values().length)]
            : kinds.get(random.nextInt(kinds.size())),
        random.nextInt(256),
        new IOException("f" + number),
        random.nextInt(8) != 0);
  }

  /** Returns what each key fails with: the instance, or its class; null if the load succeeds. */
  @Nullable Object fails() {
    return switch (kind) {
      case NULL_MAP -> NullPointerException.class;
      case FAILURE, THROWN -> failure;
      default -> null;
    };
  }

  /** Returns the value of a key that was asked for. */
  @Nullable String value(int load, String key) {
    return kind == Kind.SOME && picks(key, pick) ? null : "v%d of %s".formatted(load, key);
  }

  /** Returns what the loader's stage completes with. */
  @Nullable Map<String, String> map(int load, List<String> keys) {
    if (kind == Kind.NULL_MAP) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    for (String key : kind == Kind.MORE ? BatchModelStep.KEYS : keys) {
      String value = value(load, key);
      if (value != null || picks(key, pick / 16)) {
        values.put(key, value);
      }
    }
    return values;
  }

  private static boolean picks(String key, int pick) {
    return (pick >> BatchModelStep.KEYS.indexOf(key) & 1) != 0;
  }

  @Override
  public String toString() {
    return "%s %d%s".formatted(kind, pick, stores ? "" : ", not stored");
  }
}
