package dev.slipstream.examples;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A cache in which much goes on: callers ask for keys by {@link Zipf}'s law, one in five gives up
 * early, some write, refresh or invalidate; the loader is slow and fails at times; there is room
 * for half of the keys.
 */
final class BusyCache implements AutoCloseable {
  private static final double EXPONENT = 1.1;
  private static final Duration TIME_TO_LIVE = Duration.ofMillis(1_500);
  private static final Duration PATIENT = Duration.ofSeconds(2);
  private static final Duration IMPATIENT = Duration.ofMillis(15);
  private static final long PAUSE_NANOS = 2_000_000;

  private final ExecutorService loaders = Workers.start();
  private final ExecutorService callers = Workers.start();
  private final CoalescingCache<Integer, String> cache;
  private final Zipf keys;
  private volatile boolean stopped; // set once, by who stops the callers; they read it

  /**
   * Makes the cache and starts its callers.
   *
   * @param keys how many keys they ask for
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
        // the backend failed, or this caller has left: both are seen in the events
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
          .orTimeout(PATIENT.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(failure -> null)
          .join();
    } else {
      cache.get(key, this::load, chance < 220 ? IMPATIENT : PATIENT);
    }
  }

  private @Nullable String load(int key) throws IOException, InterruptedException {
    RandomGenerator random = ThreadLocalRandom.current();
    Thread.sleep(5 + random.nextInt(40)); // interrupted when nobody waits any more
    int chance = random.nextInt(100);
    if (chance < 3) {
      throw new IOException("the backend is away");
    }
    return chance < 5 ? null : "loaded";
  }

  /** Stops the callers, waits for them, and closes the cache: what its canals hold is all. */
  @Override
  public void close() {
    stopped = true;
    Workers.stop(callers);
    cache.close();
    Workers.stop(loaders);
  }
}
