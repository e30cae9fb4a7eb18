package dev.slipstream.redis;

import static dev.slipstream.ledger.contract.LedgerScene.scope;
import static dev.slipstream.redis.ProcessFigures.check;

import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.processes.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Joins and leaves over one ledger, many at a time, that leave nothing behind: a part of {@link
 * ProcessFigures}.
 */
final class LeakFigures {
  private static final int IN_FLIGHT = 256;

  /** Of so many fetches, another node joins one too. */
  private static final int SHARED = 8;

  private static final FetchScope A = scope("a", 1);
  private static final FetchScope B = scope("b", 1);
  private static final JoinOptions OPTIONS = JoinOptions.of(Duration.ofSeconds(30));
  private static final String TAG = "{slipstream:leak:1:0}:";

  private LeakFigures() {}

  static void run(Path binary, int count) throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    LongAdder failed = new LongAdder();
    try (RedisServer server = RedisServer.of(binary);
        RedisFetchLedger<String, String> ledger =
            RedisContract.connected(
                RedisFetchLedger.builder(server.uri(), RedisContract.CODEC)
                    .cache("leak")
                    .timeout(Duration.ofSeconds(30))
                    .build())) {
      long memory = usedMemory(server);
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        room.acquire();
        String key = "key " + i;
        CompletionStage<LeaveResult> left =
            i % SHARED == 0 ? joinBothAndLeave(ledger, key) : joinAndLeave(ledger, key);
        var unused =
            left.whenComplete(
                (result, failure) -> {
                  if (failure != null || !(result instanceof LeaveResult.GivenUp)) {
                    failed.increment();
                  }
                  room.release();
                });
      }
      room.acquire(IN_FLIGHT);
      double seconds = (System.nanoTime() - start) / 1e9;
      check(failed.sum() == 0, "each fetch given up by its last leave, not " + failed.sum());
      Set<String> keys = Set.copyOf(server.commands().keys("*"));
      check(keys.equals(Set.of(TAG + "m", TAG + "f")), "no more than meta and feed, not " + keys);
      System.out.printf(
          "joined and left: %d, in %.1f s; left on the server: the meta, the feed with %d entries,"
              + " and %,d kB%n",
          count, seconds, server.commands().xlen(TAG + "f"), (usedMemory(server) - memory) / 1_024);
    }
  }

  private static CompletionStage<LeaveResult> joinAndLeave(
      RedisFetchLedger<String, String> ledger, String key) {
    return ledger.join(A, key, OPTIONS).thenCompose(joined -> ledger.leave(A, FetchId.newest(key)));
  }

  /** The holder leaves first: the last one is to notify it. */
  private static CompletionStage<LeaveResult> joinBothAndLeave(
      RedisFetchLedger<String, String> ledger, String key) {
    return ledger
        .join(A, key, OPTIONS)
        .thenCompose(joined -> ledger.join(B, key, OPTIONS))
        .thenCompose(joined -> ledger.leave(A, FetchId.newest(key)))
        .thenCompose(left -> ledger.leave(B, FetchId.newest(key)));
  }

  private static long usedMemory(RedisServer server) {
    return server
        .commands()
        .info("memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }
}
