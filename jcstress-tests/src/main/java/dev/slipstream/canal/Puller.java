package dev.slipstream.canal;

import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;

/** One pull and its result: the event's number, or a word for another result. */
final class Puller {
  static final String CLOSED = "CLOSED";
  static final String LOST = "LOST";

  /** Far longer than it takes to wake a thread. */
  static final Duration DEADLINE = Duration.ofSeconds(5);

  /** How long a broken sibling waits if it is not woken. */
  static final Duration SHORT_DEADLINE = Duration.ofMillis(200);

  private Puller() {}

  static CacheEvent<String, String> event(long sequence) {
    return new CacheEvent<>(sequence, "k", EventType.PUT, 0, "v", null);
  }

  /** Pulls one event. A pull that only returned because the timeout elapsed was not woken. */
  static String pull(Canal<CacheEvent<String, String>> canal) {
    long start = System.nanoTime();
    String found;
    try {
      found = describe(canal.pullBatch(1, DEADLINE));
    } catch (CanalClosedException e) {
      found = CLOSED;
    } catch (InterruptedException e) {
      found = e.toString();
    }
    return System.nanoTime() - start < DEADLINE.toNanos() ? found : LOST;
  }

  static String describe(CanalBatch<CacheEvent<String, String>> batch) {
    if (batch instanceof CanalBatch.One<CacheEvent<String, String>> one) {
      return "" + one.item().sequence();
    }
    return batch.toString();
  }
}
