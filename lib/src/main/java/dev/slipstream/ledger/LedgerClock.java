package dev.slipstream.ledger;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The clock of an in-memory ledger: nanoseconds since it was made, by a ticker, and what the wall
 * clock would show if it kept to that ticker. A time of the ledger is below half of a long's range,
 * and so is every duration, so that their sums do not overflow.
 */
final class LedgerClock {
  private final Ticker ticker;
  private final long origin;
  private final Instant started;

  LedgerClock(Ticker ticker, Instant started) {
    this.ticker = ticker;
    this.origin = ticker.read();
    this.started = started;
  }

  long now() {
    return ticker.read() - origin;
  }

  Instant instant(long time) {
    return started.plusNanos(time).truncatedTo(ChronoUnit.MILLIS);
  }

  /** Returns microseconds since 1970, for tokens. */
  long micros(long time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, started) + time / 1_000;
  }

  /** Returns nanoseconds; a duration that is too long counts as 146 years. */
  static long nanos(Duration duration) {
    try {
      return Math.min(duration.toNanos(), Long.MAX_VALUE / 2);
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE / 2;
    }
  }

  static Duration between(long from, long to) {
    return Duration.ofNanos(Math.max(0, to - from));
  }
}
