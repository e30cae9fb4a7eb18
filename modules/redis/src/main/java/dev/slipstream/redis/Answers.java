package dev.slipstream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.Claim;
import dev.slipstream.ledger.Completion;
import dev.slipstream.ledger.ExternalRef;
import dev.slipstream.ledger.FetchEnd;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchRecord;
import dev.slipstream.ledger.FetchRecordBuilder;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.Lease;
import dev.slipstream.ledger.LeaveResult;
import dev.slipstream.ledger.LedgerEvent;
import dev.slipstream.ledger.RemoteFailure;
import dev.slipstream.ledger.Renewal;
import dev.slipstream.ledger.Started;
import dev.slipstream.ledger.WaitState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what scripts return. What no script of ours returns is a LedgerFormatException. */
final class Answers<K, V> {
  private final Entries<K, V> entries;

  Answers(Entries<K, V> entries) {
    this.entries = entries;
  }

  JoinResult<K, V> join(Reply reply, K key, FetchScope scope) {
    return switch (reply.text(0)) {
      case "A" ->
          new JoinResult.Acquired<>(
              lease(key, reply.number(1), scope, reply.number(2), reply.number(3)),
              reply.number(4) == 1);
      case "H" -> new JoinResult.Held<>(held(reply, key));
      case "V" -> value(reply, key);
      case "T" -> throw entries.tooLong(reply.number(1));
      case "F" -> new JoinResult.Failed<>(failure(reply.reply(1)));
      case "U" -> new JoinResult.Unshared<>();
      case "Z" -> new JoinResult.Gone<>();
      default -> throw Reply.malformed(null);
    };
  }

  private JoinResult<K, V> value(Reply reply, K key) {
    FetchId<K> id = id(key, reply.number(2));
    Duration age = Duration.ofMillis(reply.number(3));
    return reply.text(1).equals("S")
        ? new JoinResult.Value<>(id, entries.value(key, reply.bytes(4)), age)
        : new JoinResult.Absent<>(id, age);
  }

  private static RemoteFailure failure(Reply reply) {
    try {
      return new RemoteFailure(reply.text(0), reply.textOrNull(1), reply.text(2));
    } catch (IllegalArgumentException e) {
      throw Reply.malformed(e);
    }
  }

  private Lease<K> held(Reply reply, K key) {
    return lease(
        key, reply.number(1), Scopes.scope(reply.text(4)), reply.number(2), reply.number(3));
  }

  private Lease<K> lease(K key, long number, FetchScope holder, long token, long leftMillis) {
    return new Lease<>(id(key, number), holder, token, Duration.ofMillis(Math.max(0, leftMillis)));
  }

  static <K> FetchId<K> id(K key, long number) {
    if (number < 1) {
      throw Reply.malformed(null);
    }
    return new FetchId<>(key, number);
  }

  Claim<K> claim(Reply reply, K key, FetchScope holder) {
    return switch (reply.text(0)) {
      case "A" ->
          new Claim.Acquired<>(
              lease(key, reply.number(1), holder, reply.number(2), reply.number(3)),
              reply.number(4) == 1);
      case "H" -> new Claim.Held<>(held(reply, key));
      case "E" -> new Claim.Ended<>(id(key, reply.number(1)));
      default -> throw Reply.malformed(null);
    };
  }

  Renewal<K> renewal(Reply reply, K key) {
    return switch (reply.text(0)) {
      case "OK" ->
          new Renewal.Renewed<>(
              lease(
                  key,
                  reply.number(1),
                  Scopes.scope(reply.text(4)),
                  reply.number(2),
                  reply.number(3)),
              Math.toIntExact(reply.number(5)));
      case "X" -> new Renewal.Lost<>();
      case "C" -> new Renewal.GivenUp<>();
      case "B" -> new Renewal.AbandonRequested<>(new AbandonRequest(reply.text(1), reply.text(2)));
      default -> throw Reply.malformed(null);
    };
  }

  LeaveResult leave(Reply reply) {
    return switch (reply.text(0)) {
      case "K" -> new LeaveResult.RunOn(Math.toIntExact(reply.number(1)));
      case "C" -> new LeaveResult.GivenUp();
      case "X" -> new LeaveResult.NothingThere();
      default -> throw Reply.malformed(null);
    };
  }

  Completion<V> completion(Reply reply, K key) {
    return switch (reply.text(0)) {
      case "OK" -> new Completion.Accepted<>(Math.toIntExact(reply.number(1)));
      case "X" -> new Completion.Fenced<>(null, null);
      case "V" -> {
        Duration age = Duration.ofMillis(reply.number(3));
        yield reply.text(1).equals("S")
            ? new Completion.Fenced<>(entries.value(key, reply.bytes(4)), age)
            : new Completion.Fenced<>(null, age);
      }
      case "T" -> throw entries.tooLong(reply.number(1));
      default -> throw Reply.malformed(null);
    };
  }

  /** Returns a record from all that Redis has of it; its key is known, or in the record. */
  FetchRecord<K, V> record(Reply reply, @Nullable K known) {
    if (!reply.text(0).equals("R")) {
      throw Reply.malformed(null);
    }
    Fields fields = new Fields(reply.reply(2).fields());
    K key = known == null ? entries.key(fields.bytes("k")) : known;
    FetchId<K> id = id(key, fields.number("num"));
    FetchRecordBuilder<K, V> record =
        FetchRecord.<K, V>builder(id)
            .registeredAt(Instant.ofEpochMilli(fields.number("reg")))
            .lastSequence(fields.numberOr("q", 0))
            .ackedSequence(fields.numberOr("ack", 0));
    note(record, fields);
    switch (fields.text("st")) {
      case "G" -> record.state(FetchState.REGISTERED);
      case "R" -> record.state(FetchState.RUNNING).lease(lease(fields, id, reply.number(1)));
      case "S" -> end(record, fields, FetchState.SUCCEEDED, success(fields, key));
      case "N" -> end(record, fields, FetchState.ABSENT, new FetchEnd.Absent<>());
      case "U" -> end(record, fields, FetchState.UNSHARED, new FetchEnd.Unshared<>());
      case "F" -> end(record, fields, FetchState.FAILED, failed(fields));
      case "A" ->
          end(record, fields, FetchState.ABANDONED, new FetchEnd.Abandoned<>(fields.text("rs")));
      default -> throw Reply.malformed(null);
    }
    return record.build();
  }

  private Lease<K> lease(Fields fields, FetchId<K> id, long now) {
    return lease(
        id.key(),
        id.number(),
        Scopes.scope(fields.text("own")),
        fields.number("tok"),
        Math.min(fields.number("exp") - now, fields.number("lm"))); // if the clock went back
  }

  private FetchEnd<V> success(Fields fields, K key) {
    byte[] bytes = fields.bytes("val");
    if (bytes.length > entries.longestValue()) {
      throw entries.tooLong(bytes.length);
    }
    return new FetchEnd.Success<>(entries.value(key, bytes));
  }

  private FetchEnd<V> failed(Fields fields) {
    return new FetchEnd.Failure<>(
        new RemoteFailure(fields.text("ft"), fields.textOrNull("fm"), fields.text("fn")));
  }

  private void end(
      FetchRecordBuilder<K, V> record, Fields fields, FetchState state, FetchEnd<V> end) {
    record.state(state).end(end).endedAt(Instant.ofEpochMilli(fields.number("vt")));
  }

  private void note(FetchRecordBuilder<K, V> record, Fields fields) {
    String system = fields.textOrNull("xs");
    if (system != null) {
      record.externalRef(new ExternalRef(system, fields.text("xi")));
    }
    String startedBy = fields.textOrNull("sb");
    if (startedBy != null) {
      record.started(new Started(startedBy, fields.textOrNull("sd")));
    }
    String waitsOn = fields.textOrNull("wo");
    if (waitsOn != null) {
      record.waitState(new WaitState(waitsOn, fields.textOrNull("wd")));
    }
    String abandonedBy = fields.textOrNull("ab");
    if (abandonedBy != null) {
      record.abandonRequest(new AbandonRequest(abandonedBy, fields.text("ar")));
    }
  }

  LedgerEvent<K> event(Reply entry, FetchId<K> id) {
    Fields fields = new Fields(entry.reply(1).fields());
    String sequence = entry.text(0);
    return new LedgerEvent<>(
        id,
        Reply.number(sequence.substring(0, Math.max(0, sequence.indexOf('-')))),
        fields.text("t"),
        fields.textOrNull("p"),
        fields.text("w").equals("1"),
        Instant.ofEpochMilli(fields.number("a")));
  }

  /** The fields of a hash, by name. */
  private record Fields(Map<String, byte[]> map) {
    byte[] bytes(String name) {
      byte[] bytes = map.get(name);
      if (bytes == null) {
        throw Reply.malformed(null);
      }
      return bytes;
    }

    String text(String name) {
      return new String(bytes(name), UTF_8);
    }

    @Nullable String textOrNull(String name) {
      return map.containsKey(name) ? text(name) : null;
    }

    long number(String name) {
      return Reply.number(text(name));
    }

    long numberOr(String name, long otherwise) {
      return map.containsKey(name) ? number(name) : otherwise;
    }
  }
}
