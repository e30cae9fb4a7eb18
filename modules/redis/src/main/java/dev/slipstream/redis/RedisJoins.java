package dev.slipstream.redis;

import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.LeaveResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A cache's way through the ledger: join, look, leave, invalidate, put. */
final class RedisJoins<K, V> {
  /** How long a hand-over stays. */
  static final Duration HAND_OVER = Duration.ofSeconds(10);

  private final Records<K, V> records;
  private final List<Invalidations<K, V>> invalidations;

  RedisJoins(Records<K, V> records, List<Invalidations<K, V>> invalidations) {
    this.records = records;
    this.invalidations = invalidations;
  }

  CompletionStage<JoinResult<K, V>> join(FetchScope scope, K key, JoinOptions options) {
    return records.onKey(key, ref -> join(scope, key, ref, options));
  }

  private CompletionStage<JoinResult<K, V>> join(
      FetchScope scope, K key, KeyRef ref, JoinOptions options) {
    Invalidations<K, V> shard = invalidations.get(ref.shard());
    if (shard.debts.ofEverything() != 0) {
      shard.payDebts(); // over the same connection: it is paid before the join
    }
    int debt = shard.debts.of(ref);
    Args args =
        new Args()
            .add(options.lease())
            .add(options.grant())
            .add(asked(options, debt != 0))
            .add(records.entries.longestValue());
    if (options.recorded()) {
      args.add(scope.node().name());
    }
    CompletionStage<JoinResult<K, V>> joined =
        records.call(
            Script.JOIN,
            ref,
            Scopes.text(scope),
            args,
            reply -> {
              shard.debts.paid(ref, debt);
              return records.answers.join(reply, key, scope);
            });
    var unused =
        joined.whenComplete(
            (result, failure) -> {
              if (failure != null && Failures.isUnavailable(failure)) {
                undo(scope, ref);
              }
            });
    return joined;
  }

  private static String asked(JoinOptions options, boolean inDebt) {
    return (options.refresh() ? "r" : "")
        + (options.invalidateFirst() || inDebt ? "i" : "")
        + (options.recorded() ? "e" : "");
  }

  /** A join without an answer may still be executed; a leave behind it undoes that. */
  private void undo(FetchScope scope, KeyRef ref) {
    var unused = leave(scope, ref, 0);
  }

  CompletionStage<JoinResult<K, V>> look(FetchScope scope, FetchId<K> awaited) {
    Args args = new Args().add(awaited.number()).add(records.entries.longestValue());
    return records.call(
        Script.LOOK,
        awaited,
        Scopes.text(scope),
        args,
        reply -> records.answers.join(reply, awaited.key(), scope));
  }

  CompletionStage<LeaveResult> leave(FetchScope scope, FetchId<K> id) {
    return records.onKey(id.key(), ref -> leave(scope, ref, id.number()));
  }

  private CompletionStage<LeaveResult> leave(FetchScope scope, KeyRef ref, long number) {
    return records.call(
        Script.LEAVE, ref, Scopes.text(scope), new Args().add(number), records.answers::leave);
  }

  CompletionStage<Void> invalidate(FetchScope by, K key) {
    return records.onKey(
        key, ref -> invalidations.get(ref.shard()).invalidate(ref, Scopes.text(by)));
  }

  CompletionStage<Void> invalidateAll(FetchScope by) {
    CompletableFuture<?>[] all =
        invalidations.stream()
            .map(shard -> shard.invalidateAll(Scopes.text(by)).toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(all)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    done.complete(null);
                  } else {
                    done.completeExceptionally(Failures.bare(failure));
                  }
                });
    return done;
  }

  /** Puts a value; one that cannot be shared only invalidates. */
  CompletionStage<Void> put(FetchScope by, K key, V value, Duration keep) {
    return records.onKey(
        key,
        ref -> {
          Invalidations<K, V> shard = invalidations.get(ref.shard());
          byte[] bytes = records.entries.valueBytes(key, value);
          return bytes == null
              ? shard.invalidate(ref, Scopes.text(by))
              : shard.put(
                  ref,
                  Scopes.text(by),
                  new Args().add(bytes).add(keep.isZero() ? HAND_OVER : keep).add(keep.isZero()));
        });
  }
}
