package dev.slipstream.testing;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock for expiry that only the test advances. */
public final class FakeTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

  @Override
  public long read() {
    return nanos.get();
  }

  /** Advances the clock. */
  public void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
