package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.LedgerFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs scripts on records: of a key, or of every record that an index has. */
final class Records<K, V> {
  final Entries<K, V> entries;
  final Answers<K, V> answers;
  final Keyspace keyspace;
  final Calls calls;

  /** Which key a digest is of; null if the server knows the keys. */
  final @Nullable KeyIndex<K> index;

  private final int feedLength;

  Records(Entries<K, V> entries, Keyspace keyspace, Calls calls, int feedLength) {
    this.entries = entries;
    this.answers = new Answers<>(entries);
    this.keyspace = keyspace;
    this.calls = calls;
    this.index = keyspace.isHashed() ? new KeyIndex<>() : null;
    this.feedLength = feedLength;
  }

  KeyRef ref(K key) {
    KeyRef ref = keyspace.ref(entries.keyBytes(key));
    if (index != null) {
      index.add(ref.digest(), key);
    }
    return ref;
  }

  <T> CompletionStage<T> call(
      Script script, FetchId<K> id, String caller, Args own, Function<Reply, T> reader) {
    return onKey(id.key(), ref -> call(script, ref, caller, own, reader));
  }

  /** Does something with a key; a key that cannot be written fails the stage. */
  <T> CompletionStage<T> onKey(K key, Function<KeyRef, CompletionStage<T>> action) {
    KeyRef ref;
    try {
      ref = ref(key);
    } catch (LedgerFormatException e) {
      CompletableFuture<T> failed = new CompletableFuture<>();
      RedisThreads.execute(() -> failed.completeExceptionally(e));
      return failed;
    }
    return action.apply(ref);
  }

  <T> CompletionStage<T> call(
      Script script, KeyRef ref, String caller, Args own, Function<Reply, T> reader) {
    return calls.call(
        script, keyspace.record(ref.shard(), ref.digest()), head(ref, caller, own), reader);
  }

  /** Returns the arguments that all scripts have, and the script's own. */
  byte[][] head(KeyRef ref, String caller, Args own) {
    return head(ref, caller, Nonces.next(), own);
  }

  byte[][] head(KeyRef ref, String caller, String nonce, Args own) {
    Args all = new Args().add(caller).add(nonce).add(feedLength).add(ref.stored());
    return all.addAll(own).toArray();
  }

  /** Runs a script on each record of the indexes; the order is none. */
  <T> CompletionStage<List<T>> each(
      Script script, boolean endedToo, Args own, Function<Reply, @Nullable T> reader) {
    List<CompletionStage<List<T>>> found = new ArrayList<>();
    for (int shard = 0; shard < keyspace.shards(); shard++) {
      int of = shard;
      Function<List<String>, CompletionStage<List<T>>> run =
          digests -> all(digests.stream().map(digest -> one(script, of, digest, own, reader)));
      found.add(calls.members(keyspace.notEnded(shard)).thenCompose(run));
      if (endedToo) {
        found.add(calls.members(keyspace.ended(shard)).thenCompose(run));
      }
    }
    return all(found.stream()).thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private <T> CompletionStage<@Nullable T> one(
      Script script, int shard, String digest, Args own, Function<Reply, @Nullable T> reader) {
    return call(script, new KeyRef(digest, digest.getBytes(UTF_8), shard), "", own, reader);
  }

  /** Returns a stage of all results but nulls; the first failure fails it. */
  private static <T> CompletionStage<List<T>> all(Stream<CompletionStage<@Nullable T>> stages) {
    List<CompletableFuture<@Nullable T>> futures =
        stages.map(CompletionStage::toCompletableFuture).toList();
    CompletableFuture<List<T>> result = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    result.completeExceptionally(Failures.bare(failure));
                    return;
                  }
                  List<T> values = new ArrayList<>();
                  for (CompletableFuture<@Nullable T> each : futures) {
                    T value = each.join();
                    if (value != null) {
                      values.add(value);
                    }
                  }
                  result.complete(values);
                });
    return result;
  }

  /** Returns the key that a record or a feed's entry is of; null if it is not known here. */
  @Nullable K key(byte[] stored) {
    return index == null ? entries.key(stored) : index.get(new String(stored, UTF_8));
  }

  KeyRef ref(byte[] stored, int shard) {
    return index == null
        ? keyspace.ref(stored)
        : new KeyRef(new String(stored, UTF_8), stored, shard);
  }
}
