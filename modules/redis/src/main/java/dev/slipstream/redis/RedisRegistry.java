package dev.slipstream.redis;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.ExternalRef;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchRegistration;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.PruneReport;
import dev.slipstream.ledger.RecordFilter;
import dev.slipstream.ledger.Started;
import dev.slipstream.ledger.WaitState;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Records, and what is noted in them. */
final class RedisRegistry<K, V> {
  private final Records<K, V> records;

  RedisRegistry(Records<K, V> records) {
    this.records = records;
  }

  CompletionStage<FetchRecord<K, V>> register(FetchRegistration<K> registration) {
    ExternalRef ref = registration.externalRef();
    Args args =
        new Args()
            .add(ref == null ? "" : ref.system())
            .add(ref == null ? "" : ref.id())
            .add(ref != null);
    K key = registration.key();
    return records.call(
        Script.REGISTER,
        FetchId.newest(key),
        "",
        args,
        reply -> records.answers.record(reply, key));
  }

  CompletionStage<@Nullable FetchRecord<K, V>> find(K key) {
    return records.call(
        Script.FIND, FetchId.newest(key), "", new Args(), reply -> recordOrNull(reply, key));
  }

  private @Nullable FetchRecord<K, V> recordOrNull(Reply reply, @Nullable K key) {
    return reply.text(0).equals("?") ? null : records.answers.record(reply, key);
  }

  CompletionStage<@Nullable Lease<K>> lease(FetchId<K> id) {
    return find(id.key())
        .thenApply(
            record ->
                record == null || (id.number() != 0 && id.number() != record.id().number())
                    ? null
                    : record.lease());
  }

  CompletionStage<FetchRecord<K, V>> setExternalRef(FetchId<K> id, ExternalRef ref) {
    return note(id, "set", false, "xs", ref.system(), "xi", ref.id());
  }

  CompletionStage<FetchRecord<K, V>> recordFirstStarted(FetchId<K> id, Started started) {
    return note(id, "first", false, "sb", started.by(), "sd", started.detail());
  }

  CompletionStage<FetchRecord<K, V>> setWait(FetchId<K> id, WaitState wait) {
    return note(id, "set", false, "wo", wait.on(), "wd", wait.detail());
  }

  CompletionStage<FetchRecord<K, V>> clearWait(FetchId<K> id) {
    return note(id, "remove", false, "wo", null, "wd", null);
  }

  CompletionStage<FetchRecord<K, V>> requestAbandon(FetchId<K> id, AbandonRequest request) {
    return note(id, "first", true, "ab", request.by(), "ar", request.reason());
  }

  private CompletionStage<FetchRecord<K, V>> note(
      FetchId<K> id, String mode, boolean concernsHolder, @Nullable String... fields) {
    Args args = new Args().add(id.number()).add(mode).add(concernsHolder);
    for (int i = 0; i < fields.length; i += 2) {
      String value = fields[i + 1];
      args.add(String.valueOf(fields[i])).add(value == null ? "" : '+' + value);
    }
    return records.call(
        Script.NOTE,
        id,
        "",
        args,
        reply -> {
          Refusals.check(reply, id);
          return records.answers.record(reply, id.key());
        });
  }

  CompletionStage<List<FetchRecord<K, V>>> list(RecordFilter filter) {
    boolean endedToo =
        filter.states().isEmpty() || filter.states().stream().anyMatch(state -> state.isTerminal());
    return records
        .each(Script.FIND, endedToo, new Args(), this::listed)
        .thenApply(
            found ->
                found.stream()
                    .filter(filter::matches)
                    .sorted(Comparator.comparingLong(record -> record.id().number()))
                    .limit(filter.limit())
                    .toList());
  }

  /** Returns a record; null if it is gone, or its key's digest is not known here. */
  private @Nullable FetchRecord<K, V> listed(Reply reply) {
    if (reply.text(0).equals("?")) {
      return null;
    }
    byte[] stored = reply.reply(2).fields().get("k");
    if (stored == null) {
      throw Reply.malformed(null);
    }
    K key = records.key(stored);
    return key == null ? null : records.answers.record(reply, key);
  }

  CompletionStage<PruneReport> pruneTerminal(Duration olderThan) {
    return records
        .each(
            Script.PRUNE,
            true,
            new Args().add(olderThan),
            reply -> reply.text(0).equals("P") ? reply.number(1) : null)
        .thenApply(
            events ->
                new PruneReport(events.size(), events.stream().mapToLong(Long::longValue).sum()));
  }
}
