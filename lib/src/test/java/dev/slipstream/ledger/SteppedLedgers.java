package dev.slipstream.ledger;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.util.concurrent.Executor;

/** In-memory ledgers whose threads are a test's. */
public final class SteppedLedgers {
  private SteppedLedgers() {}

  /**
   * Returns a ledger that completes its stages, and notifies its listeners, on an executor, and
   * whose tokens are the time since 1970 that the ticker shows.
   */
  public static <K, V> InMemoryFetchLedger<K, V> create(Ticker ticker, Executor executor) {
    return new InMemoryFetchLedger<>(ticker, executor, Instant.EPOCH.plusNanos(ticker.read()));
  }
}
