package dev.slipstream.examples.disconnects;

import java.util.List;

/** The cache managers that are compared: what the application is given differs by properties. */
enum Manager {
  CAFFEINE("Caffeine", "stored", "--spring.cache.type=caffeine"),
  CAFFEINE_WITHOUT_NULL(
      "Caffeine", "refused", "--spring.cache.type=caffeine", "--" + Shop.NULL_VALUES + "=false"),
  SLIPSTREAM("Slipstream", "stored");

  private final String label;
  private final String nullValues;
  private final List<String> arguments;

  Manager(String label, String nullValues, String... arguments) {
    this.label = label;
    this.nullValues = nullValues;
    this.arguments = List.of(arguments);
  }

  String label() {
    return label;
  }

  /** Returns what becomes of null values: by this Caffeine's manager behaves in two ways. */
  String nullValues() {
    return nullValues;
  }

  /** Returns the arguments that the application is started with. */
  List<String> arguments() {
    return arguments;
  }
}
