package dev.slipstream.examples.liveview;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchException;
import dev.slipstream.examples.shared.Workers;
import dev.slipstream.examples.shared.Zipf;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cache under load: the keys follow {@link Zipf}'s law, one caller in five has a short timeout,
 * some put, refresh or invalidate; the loader is slow and sometimes fails; the cache holds at most
 * half of the keys.
 */
final class BusyCache implements AutoCloseable {
  private static final double EXPONENT = 1.1;
  private static final Duration TIME_TO_LIVE = Duration.ofMillis(1_500);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(15);
  private static final long PAUSE_NANOS = 2_000_000;

  private final ExecutorService loaders = Workers.start();
  private final ExecutorService callers = Workers.start();
  private final CoalescingCache<Integer, String> cache;
  private final Zipf keys;
  private volatile boolean stopped; // written once, by close; read by the callers

  /**
   * Creates the cache and starts its callers.
   *
   * @param keys how many keys there are
   * @param threads how many callers there are
   * @param journal how many events the cache keeps
   */
  BusyCache(int keys, int threads, int journal) {
    this.keys = new Zipf(keys, EXPONENT);
    cache =
        CoalescingCache.builder()
            .maximumSize(Math.max(1, keys / 2))
            .expireAfterWrite(TIME_TO_LIVE)
            .executor(loaders)
            .recordStats()
            .eventJournal(journal)
            .build();
    for (int i = 0; i < threads; i++) {
      callers.execute(this::call);
    }
  }

  CoalescingCache<Integer, String> cache() {
    return cache;
  }

  private void call() {
    RandomGenerator random = ThreadLocalRandom.current();
    while (!stopped) {
      try {
        act(random.nextInt(1_000), keys.next(random));
      } catch (FetchException e) {
        // the load failed, or this caller has left: the events show both
      }
      LockSupport.parkNanos(random.nextLong(2 * PAUSE_NANOS));
    }
  }

  private void act(int chance, int key) {
    if (chance < 5) {
      cache.invalidate(key);
    } else if (chance < 10) {
      cache.put(key, "written");
    } else if (chance < 20) {
      cache
          .refresh(key, this::load)
          .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(failure -> null)
          .join();
    } else {
      cache.get(key, this::load, chance < 220 ? SHORT_TIMEOUT : TIMEOUT);
    }
  }

  private @Nullable String load(int key) throws IOException, InterruptedException {
    RandomGenerator random = ThreadLocalRandom.current();
    Thread.sleep(5 + random.nextInt(40)); // interrupted when the last caller has left
    int chance = random.nextInt(100);
    if (chance < 3) {
      throw new IOException("the backend is not available");
    }
    return chance < 5 ? null : "loaded";
  }

  /** Stops the callers, waits for them, and closes the cache: no further event follows. */
  @Override
  public void close() {
    stopped = true;
    Workers.stop(callers);
    cache.close();
    Workers.stop(loaders);
  }
}
