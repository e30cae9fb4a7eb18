package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.CanalHandle;
import dev.slipstream.canal.CanalWorkerException;
import dev.slipstream.canal.CheckpointStore;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.Reactor;
import dev.slipstream.canal.ReactorOptions;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.watch.CacheEvent;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts every event of a busy cache exactly once, across a reactor that is stopped, fails and is
 * started again at random. The seed is in the message of a failure.
 */
class CacheReactorSoakTest {
  private static final String ID = "soak";
  private static final int WRITERS = 2;

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private @TempDir Path directory;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final BitSet counted = new BitSet(); // by the one reactor that runs
  private final AtomicInteger failIn = new AtomicInteger(-1);
  private int repeated;
  private int failures;
  private int stops;

  @Test
  void withCheckpointsInMemory() throws Exception {
    soak(CheckpointStore.inMemory(), 10_000, 50);
  }

  @Test
  void withCheckpointsInFiles() throws Exception {
    soak(CheckpointStore.inDirectory(directory.resolve("checkpoints")), 3_000, 500);
  }

  private void soak(CheckpointStore store, int each, int batch) throws Exception {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.eventJournal(1 << 19).checkpointStore(store));
    List<Caller<Boolean>> writers =
        IntStream.range(0, WRITERS)
            .mapToObj(i -> Caller.start(() -> write(cache, new Random(seed + i), each)))
            .toList();
    while (!writers.stream().allMatch(Caller::isReturned)) {
      runForAWhile(cache, batch);
    }
    writers.forEach(Caller::value);
    cache.close();
    failIn.set(-1);
    try (EventCursor<String, String> rest = cache.events().cursor(ID)) {
      Reactor.run(rest, this::count).join();
    }

    int all = (int) cache.events().lastSequence();
    assertThat(counted.cardinality()).as("counted, seed %d", seed).isEqualTo(all);
    assertThat(counted.length()).as("the highest number, seed %d", seed).isEqualTo(all + 1);
    assertThat(repeated).as("counted twice, seed %d", seed).isZero();
    assertThat(stops).as("stops").isPositive();
  }

  /** Runs a reactor on a new cursor until it fails or is stopped. */
  private void runForAWhile(CoalescingCache<String, String> cache, int batch) throws Exception {
    failIn.set(random.nextInt(3) == 0 ? random.nextInt(3) : -1);
    try (EventCursor<String, String> cursor = cache.events().cursor(ID)) {
      CanalHandle reactor =
          Reactor.run(
              cursor, this::count, ReactorOptions.defaults().batchSize(1 + random.nextInt(batch)));
      LockSupport.parkNanos(random.nextInt(3_000_000));
      try {
        reactor.stopAndJoin();
        stops++;
      } catch (CanalWorkerException e) {
        assertThat(e).hasRootCauseMessage("on purpose");
        failures++;
      }
    }
  }

  /** Counts a batch, or fails before it has counted any of it. */
  private void count(CanalBatch<CacheEvent<String, String>> batch) {
    if (failIn.getAndDecrement() == 0) {
      throw new IllegalStateException("on purpose");
    }
    assertThat(batch).as("seed %d", seed).isNotInstanceOf(CanalBatch.Gap.class);
    for (CacheEvent<String, String> event : batch.items()) {
      int number = (int) event.sequence();
      repeated += counted.get(number) ? 1 : 0;
      assertThat(counted.length()).as("in order, seed %d", seed).isLessThanOrEqualTo(number);
      counted.set(number);
    }
  }

  private static boolean write(CoalescingCache<String, String> cache, Random random, int steps) {
    for (int i = 0; i < steps; i++) {
      String key = "k" + random.nextInt(50);
      switch (random.nextInt(6)) {
        case 0 -> cache.invalidate(key);
        case 1 ->
            cache.getOrFetch(key, (k, context) -> new CompletableFuture<String>()).cancel(false);
        case 2 ->
            assertThat(
                    cache.refresh(
                        key, (k, context) -> CompletableFuture.completedFuture("fetched")))
                .isNotNull();
        default -> cache.put(key, "v" + i);
      }
      if (i % 64 == 0) {
        Thread.yield();
      }
    }
    return true;
  }
}
