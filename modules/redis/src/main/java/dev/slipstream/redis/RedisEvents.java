package dev.slipstream.redis;

import dev.slipstream.ledger.AppendRequest;
import dev.slipstream.ledger.Appended;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.LedgerEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The events of a fetch. */
final class RedisEvents<K, V> {
  private final Records<K, V> records;
  private final int length;

  RedisEvents(Records<K, V> records, int length) {
    this.records = records;
    this.length = length;
  }

  CompletionStage<Appended<K>> append(FetchId<K> id, AppendRequest request) {
    String dedupe = request.dedupe();
    Args args =
        new Args()
            .add(id.number())
            .add(request.type())
            .addOptional(request.payload())
            .add(request.wakes())
            .add(dedupe == null ? "" : dedupe)
            .add(length);
    return records.call(
        Script.APPEND,
        id,
        "",
        args,
        reply -> {
          refuseUnknown(reply, id);
          FetchId<K> of = Answers.id(id.key(), reply.number(1));
          return new Appended<>(records.answers.event(reply.reply(3), of), reply.number(2) == 1);
        });
  }

  private static void refuseUnknown(Reply reply, FetchId<?> id) {
    if (reply.text(0).equals("?")) {
      Refusals.check(reply, id);
    }
  }

  CompletionStage<List<LedgerEvent<K>>> after(
      FetchId<K> id, long sequence, Predicate<LedgerEvent<K>> wanted) {
    return read(id, "after", sequence, wanted);
  }

  CompletionStage<List<LedgerEvent<K>>> latest(FetchId<K> id, int limit) {
    return read(id, "recent", limit, event -> true);
  }

  private CompletionStage<List<LedgerEvent<K>>> read(
      FetchId<K> id, String mode, long number, Predicate<LedgerEvent<K>> wanted) {
    Args args = new Args().add(id.number()).add(mode).add(number).add("");
    return records.call(
        Script.EVENTS,
        id,
        "",
        args,
        reply -> {
          refuseUnknown(reply, id);
          if (reply.text(0).equals("L")) {
            throw Refusals.lost(id, number + 1, reply.number(1));
          }
          FetchId<K> of = Answers.id(id.key(), reply.number(1));
          return reply.reply(2).replies().stream()
              .map(entry -> records.answers.event(entry, of))
              .filter(wanted)
              .toList();
        });
  }

  CompletionStage<Long> countThrough(FetchId<K> id, String type, long sequence) {
    Args args = new Args().add(id.number()).add("count").add(sequence).add(type);
    return records.call(
        Script.EVENTS,
        id,
        "",
        args,
        reply -> {
          refuseUnknown(reply, id);
          if (reply.text(0).equals("L")) {
            throw Refusals.lost(id, 1, reply.number(1));
          }
          return reply.number(1);
        });
  }

  CompletionStage<Void> ackWake(FetchId<K> id, long sequence) {
    return records
        .call(
            Script.ACK,
            id,
            "",
            new Args().add(id.number()).add(sequence),
            reply -> {
              refuseUnknown(reply, id);
              return reply;
            })
        .thenApply(reply -> null);
  }
}
