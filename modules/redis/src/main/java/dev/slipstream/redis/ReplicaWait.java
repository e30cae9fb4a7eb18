package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Waits for replicas over a connection of its own, so that it holds up no other command. There it
 * writes after what is waited for: a replica that has the later write has the earlier one.
 */
final class ReplicaWait implements Invalidations.Replicas {
  private static final byte[] FIELD = "w".getBytes(UTF_8);

  private final Calls calls;
  private final Keyspace keyspace;
  private final int replicas;
  private final long millis;

  ReplicaWait(Calls calls, Keyspace keyspace, int replicas, Duration timeout) {
    this.calls = calls;
    this.keyspace = keyspace;
    this.replicas = replicas;
    this.millis = Args.millis(timeout);
  }

  @Override
  public void await(int shard, CompletableFuture<Void> done) {
    var unused =
        calls
            .run(commands -> writeAndWait(commands, shard), (Long found) -> found)
            .whenComplete(
                (found, failure) -> {
                  if (failure != null) {
                    done.completeExceptionally(Failures.bare(failure));
                  } else if (found < replicas) {
                    done.completeExceptionally(Invalidations.Replicas.missing(found, replicas));
                  } else {
                    done.complete(null);
                  }
                });
  }

  private CompletionStage<Long> writeAndWait(
      RedisClusterAsyncCommands<byte[], byte[]> commands, int shard) {
    var unused = commands.hset(keyspace.meta(shard), FIELD, Nonces.next().getBytes(UTF_8));
    return commands.waitForReplication(replicas, millis);
  }
}
