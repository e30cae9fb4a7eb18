package dev.slipstream;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a loader of the {@link CacheModel} brings, and what it says of the store just before.
 *
 * @param value what it brings if it brings a value; of its own identity
 * @param failure what it fails with if it fails
 * @param tags what it tags with
 * @param units how long the value may live; zero for as long as the settings say
 * @param stores whether the value is to be stored
 */
record ModelAnswer(
    Kind kind, String value, IOException failure, Set<String> tags, int units, boolean stores) {

  /** What a loader brings. */
  enum Kind {
    VALUE,
    /** The value that it was given to reload; a new one if it was given none. */
    SAME,
    ABSENT,
    FAILURE
  }

  /** Returns what a load that does not fail brings. */
  @Nullable String brought(@Nullable String old) {
    return switch (kind) {
      case ABSENT -> null;
      case SAME -> old == null ? value : old;
      default -> value;
    };
  }
}
