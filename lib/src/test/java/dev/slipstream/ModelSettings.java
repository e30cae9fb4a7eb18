package dev.slipstream;

import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.ManualTimer;
import java.time.Duration;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * The settings of a run of the {@link CacheModel}. Times are in units, and the cache is only looked
 * at when a whole number of them has passed. A time to live is a little less, since Caffeine evicts
 * what has just expired up to two seconds later.
 *
 * @param due whether entries become due
 * @param retains whether values are kept that have expired
 * @param soft whether callers get them if a fetch takes too long
 * @param backoff whether a failed load delays the next
 * @param failures whether failures are remembered
 * @param absences whether absences are
 * @param bounded whether there is a bound on the loads
 * @param events whether events are recorded
 */
record ModelSettings(
    boolean due,
    boolean retains,
    boolean soft,
    boolean backoff,
    boolean failures,
    boolean absences,
    boolean bounded,
    boolean events) {
  static final Duration UNIT = Duration.ofMinutes(1);
  static final int DUE = 1;
  static final int TTL = 6;
  static final int RETAINED = 8;
  static final int FAILURE_TTL = 3;
  static final int ABSENT_TTL = 3;
  static final int SOFT_TIMEOUT = 2;
  static final int FETCH_TIMEOUT = 5;
  static final int RUNNING = 2;
  static final int QUEUED = 1;

  private static final Duration LITTLE = Duration.ofSeconds(5);

  /** Draws some. */
  static ModelSettings draw(Random random) {
    boolean retains = random.nextInt(3) != 0;
    return new ModelSettings(
        random.nextInt(3) != 0,
        retains,
        retains && random.nextBoolean(),
        random.nextInt(4) != 0,
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextInt(3) == 0,
        random.nextInt(3) == 0);
  }

  /** Returns how long a value lives that may live for so many units. */
  static Duration ttl(int units) {
    return UNIT.multipliedBy(units).minus(LITTLE);
  }

  CoalescingCache<String, String> build(
      FakeTicker ticker,
      ManualTimer timer,
      ManualExecutor executor,
      BiConsumer<String, RemovalCause> removals) {
    CoalescingCacheBuilder<String, String> builder =
        CoalescingCache.builder()
            .name("modelled")
            .recordStats()
            .ticker(ticker)
            .timer(timer)
            .executor(executor)
            .continuationExecutor(Runnable::run)
            .expireAfterWrite(ttl(TTL))
            .fetchTimeout(UNIT.multipliedBy(FETCH_TIMEOUT))
            .failureBackoff(
                backoff ? UNIT : Duration.ZERO, backoff ? UNIT.multipliedBy(2) : Duration.ZERO)
            .removalListener(
                (String key, String value, RemovalCause c) -> removals.accept(value, c));
    if (due) {
      builder.refreshAfterWrite(UNIT.multipliedBy(DUE));
    }
    if (retains) {
      builder.staleIfError(UNIT.multipliedBy(RETAINED));
    }
    if (soft) {
      builder.softTimeout(UNIT.multipliedBy(SOFT_TIMEOUT));
    }
    if (failures) {
      builder.failureTtl(ttl(FAILURE_TTL));
    }
    if (absences) {
      builder.absentTtl(ttl(ABSENT_TTL));
    }
    if (bounded) {
      builder.maxConcurrentFetches(RUNNING, QUEUED);
    }
    if (events) {
      builder.eventJournal(64);
    }
    return builder.build();
  }
}
