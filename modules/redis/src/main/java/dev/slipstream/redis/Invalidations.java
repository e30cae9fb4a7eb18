package dev.slipstream.redis;

import dev.slipstream.ledger.LedgerUnavailableException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The invalidations of one shard. One that is not acknowledged becomes a debt; one that is may be
 * waited for until replicas have it; those of the last minute are repeated if the feed turns out to
 * have lost some.
 */
final class Invalidations<K, V> {
  /** Stands for all keys. */
  private static final String ALL = "";

  final Debts debts = new Debts();
  private final RecentInvalidations recent;
  private final Records<K, V> records;
  private final Replicas replicas;
  private final int shard;

  Invalidations(Records<K, V> records, Replicas replicas, RecentInvalidations recent, int shard) {
    this.records = records;
    this.replicas = replicas;
    this.recent = recent;
    this.shard = shard;
  }

  CompletionStage<Void> invalidate(KeyRef key, String caller) {
    return issue(Script.INVALIDATE, key, caller, new Args());
  }

  CompletionStage<Void> invalidateAll(String caller) {
    return issue(Script.INVALIDATE_ALL, null, caller, new Args());
  }

  CompletionStage<Void> put(KeyRef key, String caller, Args value) {
    return issue(Script.PUT, key, caller, value);
  }

  private CompletionStage<Void> issue(
      Script script, @Nullable KeyRef key, String caller, Args own) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        send(script, key, caller, own)
            .whenComplete(
                (id, failure) -> {
                  if (failure == null) {
                    replicas.await(shard, done);
                  } else {
                    owe(key, failure);
                    done.completeExceptionally(Failures.bare(failure));
                  }
                });
    return done;
  }

  private void owe(@Nullable KeyRef key, Throwable failure) {
    if (!Failures.isUnavailable(failure)) {
      return;
    }
    if (key == null) {
      debts.addEverything();
    } else {
      debts.add(key);
    }
  }

  private CompletionStage<Long> send(Script script, @Nullable KeyRef key, String caller, Args own) {
    String nonce = Nonces.next();
    KeyRef ref = key == null ? new KeyRef(ALL, new byte[0], shard) : key;
    return records
        .calls
        .callForNumber(
            script,
            records.keyspace.record(shard, ref.digest()),
            records.head(ref, caller, nonce, own))
        .thenApply(
            id -> {
              recent.add(key, id, nonce);
              return id;
            });
  }

  /** Notes an invalidation that the feed has: null for all keys. */
  void seen(@Nullable KeyRef key, long id, String nonce) {
    recent.add(key, id, nonce);
  }

  /** Returns the latest of the recent ones, if there is one. */
  RecentInvalidations.@Nullable Entry latest() {
    List<RecentInvalidations.Entry> all = recent.all();
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /** Sends the recent ones again: the feed has lost some. Sources are left out: all are to know. */
  void repeat() {
    Set<String> sent = new HashSet<>();
    for (RecentInvalidations.Entry entry : recent.all()) {
      KeyRef key = entry.key();
      if (sent.add(key == null ? ALL : key.digest())) {
        var unused = key == null ? invalidateAll("") : invalidate(key, "");
      }
    }
  }

  void payDebts() {
    int everything = debts.ofEverything();
    if (everything != 0) {
      var unused =
          send(Script.INVALIDATE_ALL, null, "", new Args())
              .thenAccept(id -> debts.paidEverything(everything));
    }
    for (Debts.Debt debt : debts.all()) {
      var unused =
          send(Script.INVALIDATE, debt.key(), "", new Args())
              .thenAccept(id -> debts.paid(debt.key(), debt.number()));
    }
  }

  /** Waits until replicas have what was written, where that is asked for. */
  interface Replicas {
    void await(int shard, CompletableFuture<Void> done);

    static LedgerUnavailableException missing(long found, int wanted) {
      return new LedgerUnavailableException(
          "an invalidation was applied, but only %d of %d replicas acknowledged it in time"
              .formatted(found, wanted),
          null);
    }
  }
}
