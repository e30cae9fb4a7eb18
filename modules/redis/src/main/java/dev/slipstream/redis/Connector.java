package dev.slipstream.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections that suit a ledger: a command fails at once while there is no connection, none
 * is sent again after a reconnect, and each is given up after a time. A claim that is sent twice,
 * or late, would be one that nobody knows of.
 */
abstract class Connector {
  /** How long a read of the feed waits for an entry. */
  static final Duration BLOCK = Duration.ofSeconds(1);

  private static final Duration SHORTEST_DELAY = Duration.ofMillis(10);
  private static final Duration LONGEST_DELAY = Duration.ofMillis(500);

  /** A connection, and what can be sent over it. */
  record Link(
      StatefulConnection<byte[], byte[]> connection,
      RedisClusterAsyncCommands<byte[], byte[]> commands) {}

  abstract CompletionStage<Link> connect();

  /** Closes what it made; no connection. */
  abstract void close();

  static Connector standalone(RedisURI uri, Duration timeout, @Nullable ClientResources given) {
    ClientResources own = given == null ? resources() : null;
    RedisClient client = RedisClient.create(given == null ? own : given, uri);
    client.setOptions(options(timeout));
    return new Connector() {
      @Override
      CompletionStage<Link> connect() {
        return client
            .connectAsync(ByteArrayCodec.INSTANCE, uri)
            .thenApply(connection -> new Link(connection, connection.async()));
      }

      @Override
      void close() {
        var unused = client.shutdownAsync().whenComplete((done, failure) -> end(own));
      }
    };
  }

  static Connector cluster(RedisClusterClient client) {
    return new Connector() {
      @Override
      CompletionStage<Link> connect() {
        return client
            .refreshPartitionsAsync()
            .thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE))
            .thenApply(connection -> new Link(connection, connection.async()));
      }

      @Override
      void close() {} // the client is the user's
    };
  }

  private static void end(@Nullable ClientResources own) {
    if (own != null) {
      var unused = own.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  private static ClientResources resources() {
    return ClientResources.builder()
        .reconnectDelay(Delay.exponential(SHORTEST_DELAY, LONGEST_DELAY, 2, TimeUnit.MILLISECONDS))
        .build();
  }

  private static ClientOptions options(Duration timeout) {
    return ClientOptions.builder()
        .autoReconnect(true)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .socketOptions(SocketOptions.builder().connectTimeout(BLOCK).keepAlive(true).build())
        .timeoutOptions(timeouts(timeout))
        .build();
  }

  /** A read of the feed takes as long as it waits, and then as long as any other command. */
  private static TimeoutOptions timeouts(Duration timeout) {
    return TimeoutOptions.builder()
        .timeoutSource(
            new TimeoutOptions.TimeoutSource() {
              @Override
              public long getTimeout(RedisCommand<?, ?, ?> command) {
                boolean waits =
                    command.getType() == CommandType.XREAD || command.getType() == CommandType.WAIT;
                return (waits ? timeout.plus(BLOCK) : timeout).toMillis();
              }
            })
        .build();
  }

  /** Refuses a client that queues or repeats commands, or waits for an answer without end. */
  static void check(ClientOptions options) {
    Command<byte[], byte[], String> claim =
        new Command<>(CommandType.EVALSHA, new StatusOutput<>(ByteArrayCodec.INSTANCE));
    refuseUnless(
        options.getReplayFilter().test(claim),
        "repeats commands after a reconnect: set replayFilter(command -> true)");
    refuseUnless(
        options.getDisconnectedBehavior() == ClientOptions.DisconnectedBehavior.REJECT_COMMANDS,
        "queues commands while it is disconnected: set disconnectedBehavior(REJECT_COMMANDS)");
    refuseUnless(
        options.getTimeoutOptions().isTimeoutCommands(),
        "waits for an answer without end: set timeoutOptions(TimeoutOptions.enabled(…))");
  }

  private static void refuseUnless(boolean fits, String otherwise) {
    if (!fits) {
      throw new IllegalArgumentException("the client " + otherwise + " in its ClientOptions");
    }
  }
}
