package dev.slipstream.redis;

import dev.slipstream.ledger.Claim;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.RemoteFailure;
import dev.slipstream.ledger.Renewal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Claims, renewals and completions. */
final class RedisLeases<K, V> {
  private final Records<K, V> records;

  RedisLeases(Records<K, V> records) {
    this.records = records;
  }

  CompletionStage<Claim<K>> claim(
      FetchId<K> id, FetchScope holder, @Nullable Lease<K> observed, Duration time) {
    Args args = new Args().add(id.number()).add(time).add(JoinOptions.grantFor(time));
    if (observed == null) {
      args.add("").add("");
    } else {
      args.add(observed.id().number()).add(observed.token());
    }
    args.add(Scopes.namePart(holder.node().name())).add(Scopes.text(holder.node()) + '/');
    return records.call(
        Script.CLAIM,
        id,
        Scopes.text(holder),
        args,
        reply -> {
          if (reply.text(0).equals("?")) {
            Refusals.check(reply, id);
          }
          return records.answers.claim(reply, id.key(), holder);
        });
  }

  CompletionStage<Renewal<K>> renew(Lease<K> lease, Duration time) {
    Args args = new Args().add(lease.id().number()).add(lease.token()).add(time);
    return records.call(
        Script.RENEW,
        lease.id(),
        Scopes.text(lease.holder()),
        args,
        reply -> records.answers.renewal(reply, lease.id().key()));
  }

  CompletionStage<Completion<V>> complete(Lease<K> lease, FetchEnd<V> end, Duration keep) {
    return records.call(
        Script.COMPLETE,
        lease.id(),
        Scopes.text(lease.holder()),
        end(lease.id(), Long.toString(lease.token()), end, keep),
        reply -> records.answers.completion(reply, lease.id().key()));
  }

  CompletionStage<FetchRecord<K, V>> complete(FetchId<K> id, FetchEnd<V> end, Duration keep) {
    return records.call(
        Script.COMPLETE,
        id,
        "",
        end(id, "", end, keep),
        reply -> {
          Refusals.check(reply, id);
          return records.answers.record(reply, id.key());
        });
  }

  private Args end(FetchId<K> id, String token, FetchEnd<V> end, Duration keep) {
    Args args = new Args().add(id.number()).add(token);
    RemoteFailure failure = null;
    if (end instanceof FetchEnd.Success<V> success) {
      byte[] bytes = records.entries.valueBytes(id.key(), success.value());
      args.add(bytes == null ? "U" : "S").add(bytes == null ? new byte[0] : bytes);
    } else if (end instanceof FetchEnd.Failure<V> failed) {
      failure = failed.failure();
      args.add("F").add(failure.type());
    } else if (end instanceof FetchEnd.Abandoned<V> abandoned) {
      args.add("A").add(abandoned.reason());
    } else {
      args.add(end instanceof FetchEnd.Absent<V> ? "N" : "U").add("");
    }
    args.add(keep.isZero() ? RedisJoins.HAND_OVER : keep)
        .add(keep.isZero())
        .add(records.entries.longestValue());
    if (failure != null) {
      args.add(failure.node());
      if (failure.message() != null) {
        args.add(failure.message());
      }
    }
    return args;
  }
}
