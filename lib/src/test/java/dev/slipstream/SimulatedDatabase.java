package dev.slipstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the loaders of a simulation load from: the version of each key. */
final class SimulatedDatabase {
  static final List<String> KEYS = List.of("x", "y");

  /** Whether loaders finish. */
  boolean answers = true;

  private final Map<String, Integer> versions = new HashMap<>();

  SimulatedDatabase() {
    KEYS.forEach(key -> versions.put(key, 0));
  }

  /** Returns the key with its version. */
  String value(String key) {
    return key + versions.get(key);
  }

  /** Returns the version of such a value. */
  static Integer version(String value) {
    return Integer.valueOf(value.substring(1));
  }

  /** Changes the value of a key; returns its new version. */
  int change(String key) {
    return versions.merge(key, 1, Integer::sum);
  }
}
