package dev.slipstream.jmh;

import dev.slipstream.canal.Canal;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventJournal;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * How many events a second one thread can make, and consume twice: by a cursor and by a lossy
 * subscription.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class EventConsumersBenchmark extends Measured {
  private static final int EVENTS = 100_000;
  private static final int BATCH = 1_000;

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long cursorAndSubscription(Consumers side) throws InterruptedException {
    long sum = 0;
    for (int i = 0; i < EVENTS; i += BATCH) {
      side.emit();
      sum += Consumers.consume(side.cursor) + Consumers.consume(side.subscription);
    }
    Checks.requireEqual(0, side.subscription.dropped(), "dropped events");
    return sum;
  }

  /** A journal and two that read it. */
  @State(Scope.Thread)
  public static class Consumers {
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final EventJournal<Integer, Integer> journal = new EventJournal<>(1 << 16);
    private final EventCursor<Integer, Integer> cursor = journal.cursor(0);
    private final EventSubscription<Integer, Integer> subscription = journal.subscribe(1 << 16);
    private long sequence;

    private void emit() {
      for (int i = 0; i < BATCH; i++) {
        Integer key = i & 127;
        journal.emit(
            new CacheEvent<>(
                ++sequence, key, EventType.PUT, System.currentTimeMillis(), key, null));
      }
    }

    private static long consume(Canal<CacheEvent<Integer, Integer>> canal)
        throws InterruptedException {
      long sum = 0;
      int seen = 0;
      while (seen < BATCH) {
        for (CacheEvent<Integer, Integer> event : canal.pullBatch(BATCH, DEADLINE).items()) {
          sum += event.sequence();
          seen++;
        }
      }
      return sum;
    }
  }
}
