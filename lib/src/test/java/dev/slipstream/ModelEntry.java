package dev.slipstream;

import java.util.Set;

/** A value in the {@link CacheModel}, before and after it expires. */
final class ModelEntry {
  final String value;
  final int written;
  final int expires;
  final Set<String> tags;

  /** After loads have failed that were to replace it, before it expired and after. */
  final Backoff backoff = new Backoff();

  ModelEntry(String value, int written, int expires, Set<String> tags) {
    this.value = value;
    this.written = written;
    this.expires = expires;
    this.tags = tags;
  }

  boolean isLive(int now) {
    return now < expires;
  }

  /** How many loads have failed in a row, and until when the next waits. */
  static final class Backoff {
    private int failures;
    private int until;

    void failed(int now) {
      failures++;
      until = now + Math.min(failures, 2);
    }

    void reset() {
      failures = 0;
      until = 0;
    }

    boolean isOver(int now) {
      return now >= until;
    }
  }
}
