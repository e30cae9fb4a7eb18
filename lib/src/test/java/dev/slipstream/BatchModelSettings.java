package dev.slipstream;

import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualTimer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * The settings of a run of the {@link BatchModel}. Times are in units, and the cache is only looked
 * at when a whole number of them has passed.
 *
 * @param maxSize how many fetches are gathered at most
 * @param maxDelay for how many units at most
 * @param tasks when the tasks on the executor run
 * @param running how many loads may run at once; zero for any number
 * @param queued how many may wait for that
 * @param timesOut whether there is a fetch timeout
 * @param expires whether entries expire
 * @param absences whether absences are remembered
 * @param events whether events are recorded
 */
record BatchModelSettings(
    int maxSize,
    int maxDelay,
    Tasks tasks,
    int running,
    int queued,
    boolean timesOut,
    boolean expires,
    boolean absences,
    boolean events) {
  static final int TTL = 6;
  static final int ABSENT_TTL = 3;
  static final int FETCH_TIMEOUT = 5;
  static final Duration UNIT = ModelSettings.UNIT;

  /** When tasks on the executor run. */
  enum Tasks {
    /** On the thread that brings them, before it goes on. */
    AT_ONCE,
    /** At the end of the step. */
    SOON,
    /** In steps of their own. */
    LATER
  }

  /** Draws some. */
  static BatchModelSettings draw(Random random) {
    boolean bounded = random.nextBoolean();
    int running = bounded ? 1 + random.nextInt(2) : 0;
    return new BatchModelSettings(
        1 + random.nextInt(4),
        random.nextInt(4),
        Tasks.values()[bounded ? 1 + random.nextInt(2) : random.nextInt(3)],
        running,
        running == 1 ? random.nextInt(3) : 1, // so that two never leave the queue in one step
        random.nextBoolean(),
        random.nextInt(3) == 0,
        random.nextBoolean(),
        random.nextInt(3) == 0);
  }

  boolean bounded() {
    return running > 0;
  }

  /**
   * Returns whether a fetch may fail within a call for several keys. What it fails then leaves its
   * other keys on a thread of the library's, while that call goes on.
   */
  boolean failsWithinCalls() {
    return bounded() || tasks == Tasks.AT_ONCE;
  }

  LoadingCoalescingCache<String, String> build(
      BulkLoader<String, String> loader, FakeTicker ticker, ManualTimer timer, Executor executor) {
    CoalescingCacheBuilder<Object, Object> builder =
        CoalescingCache.builder()
            .name("batching")
            .recordStats()
            .ticker(ticker)
            .timer(timer)
            .executor(tasks == Tasks.AT_ONCE ? Runnable::run : executor)
            .continuationExecutor(Runnable::run);
    if (bounded()) {
      builder.maxConcurrentFetches(running, queued);
    }
    if (timesOut) {
      builder.fetchTimeout(UNIT.multipliedBy(FETCH_TIMEOUT));
    }
    if (expires) {
      builder.expireAfterWrite(ModelSettings.ttl(TTL));
    }
    if (absences) {
      builder.absentTtl(ModelSettings.ttl(ABSENT_TTL));
    }
    if (events) {
      builder.eventJournal(64);
    }
    return builder.buildBatching(loader, maxSize, UNIT.multipliedBy(maxDelay));
  }
}
