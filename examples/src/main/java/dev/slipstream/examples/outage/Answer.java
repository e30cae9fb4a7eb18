package dev.slipstream.examples.outage;

/**
 * The values of the caches.
 *
 * @param names of the items
 * @param loadedNanos when they were loaded, by {@link System#nanoTime}
 */
record Answer(String names, long loadedNanos) {

  static Answer loadedNow(String names) {
    return new Answer(names, System.nanoTime());
  }

  /** Returns the response: the age of the value in milliseconds, and the names. */
  String text() {
    return (System.nanoTime() - loadedNanos) / 1_000_000 + " ms old: " + names;
  }

  /** Returns the age, in milliseconds, that a response had when it was sent. */
  static long ageMillis(String text) {
    return Long.parseLong(text.substring(0, text.indexOf(' ')));
  }
}
