package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.ledger.LedgerUnavailableException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends scripts over one connection, in the order of the calls, which others rely on. It connects
 * when it is made, and again, if that failed, with the next call. Stages complete on the module's
 * own threads.
 */
final class Calls {
  private final Connector connector;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private volatile Connector.@Nullable Link link;
  private volatile boolean closed;

  /** Why the last attempt to connect failed. */
  private volatile @Nullable Throwable refused;

  Calls(Connector connector) {
    this.connector = connector;
    connect();
  }

  /** Returns a stage of when the connection is there, or could not be made. */
  CompletionStage<Void> connect() {
    if (closed || link != null || !connecting.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        connector
            .connect()
            .whenComplete(
                (made, failure) -> {
                  refused = failure;
                  connecting.set(false);
                  if (made != null) {
                    adopt(made);
                  }
                  done.complete(null);
                });
    return done;
  }

  private void adopt(Connector.Link made) {
    link = made;
    for (Script script : Script.values()) {
      var unused = made.commands().scriptLoad(script.text);
    }
    if (closed) {
      close();
    }
  }

  void close() {
    closed = true;
    Connector.Link open = link;
    if (open != null) {
      var unused = open.connection().closeAsync();
    }
  }

  /** Runs a script; what it returned is read by the given function. */
  <T> CompletionStage<T> call(
      Script script, byte[][] keys, byte[][] args, Function<Reply, T> reader) {
    return run(
        commands -> eval(commands, script, ScriptOutputType.MULTI, keys, args),
        (Object parts) -> reader.apply(new Reply(parts)));
  }

  /** Runs a script that returns a number. */
  CompletionStage<Long> callForNumber(Script script, byte[][] keys, byte[][] args) {
    return run(
        commands -> eval(commands, script, ScriptOutputType.INTEGER, keys, args),
        (Long number) -> number);
  }

  /** Returns the members of an index. */
  CompletionStage<List<String>> members(byte[] index) {
    return run(
        commands -> commands.zrange(index, 0, -1),
        members -> members.stream().map(member -> new String(member, UTF_8)).toList());
  }

  /** Sends a command, now; reads the answer on the module's own threads. */
  <A, T> CompletionStage<T> run(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<A>> command,
      Function<A, T> reader) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    Connector.Link open = link;
    if (closed || open == null) {
      RedisThreads.execute(() -> stage.completeExceptionally(notConnected()));
      return stage;
    }
    try {
      var unused =
          command
              .apply(open.commands())
              .whenComplete(
                  (answer, failure) ->
                      RedisThreads.execute(() -> complete(stage, answer, failure, reader)));
    } catch (RuntimeException refused) {
      RedisThreads.execute(() -> stage.completeExceptionally(Failures.forCaller(refused)));
    }
    return stage;
  }

  private LedgerUnavailableException notConnected() {
    if (closed) {
      return new LedgerUnavailableException("the ledger is closed: use another", null);
    }
    var unused = connect();
    return new LedgerUnavailableException(
        "there is no connection to Redis yet: check that it is up and lets this user in", refused);
  }

  private static <A, T> void complete(
      CompletableFuture<T> stage, A answer, @Nullable Throwable failure, Function<A, T> reader) {
    if (failure != null) {
      stage.completeExceptionally(Failures.forCaller(failure));
      return;
    }
    try {
      stage.complete(reader.apply(answer));
    } catch (RuntimeException | Error e) {
      stage.completeExceptionally(
          e instanceof ClassCastException || e instanceof IndexOutOfBoundsException
              ? Reply.malformed(e)
              : e);
    }
  }

  private static <A> CompletionStage<A> eval(
      RedisClusterAsyncCommands<byte[], byte[]> commands,
      Script script,
      ScriptOutputType type,
      byte[][] keys,
      byte[][] args) {
    CompletionStage<A> sent = commands.evalsha(script.digest, type, keys, args);
    return sent.exceptionallyCompose(
        failure ->
            Failures.isUnknownScript(Failures.bare(failure))
                ? commands.eval(script.text, type, keys, args)
                : CompletableFuture.failedFuture(failure));
  }
}
