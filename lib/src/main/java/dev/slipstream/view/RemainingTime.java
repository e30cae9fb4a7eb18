package dev.slipstream.view;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** What entries of a file have left to live, by the wall clock, at each moment of its reading. */
final class RemainingTime {
  private final Duration age; // of the file, when this was made
  private final long madeAt = System.nanoTime();

  RemainingTime(ViewHeader header, Clock clock) {
    Instant now = clock.instant();
    Instant writtenAt = header.writtenAt();
    age = now.isAfter(writtenAt) ? Duration.between(writtenAt, now) : Duration.ZERO;
  }

  <K, V> EntryView<K, V> of(EntryView<K, V> entry) {
    return entry.expiresIn() == null
        ? entry
        : TimesToLive.later(entry, age.plus(TimesToLive.since(madeAt)));
  }
}
