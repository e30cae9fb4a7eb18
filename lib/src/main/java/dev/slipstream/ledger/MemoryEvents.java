package dev.slipstream.ledger;

import java.util.List;
import java.util.function.Function;

/** The events of an in-memory ledger. */
final class MemoryEvents<K, V> {
  private final MemoryRecords<K, V> records;

  MemoryEvents(MemoryRecords<K, V> records) {
    this.records = records;
  }

  Appended<K> append(FetchId<K> id, AppendRequest request) {
    return records.inStep(id, step -> step.append(step.known(id), request));
  }

  List<LedgerEvent<K>> after(FetchId<K> id, long sequence) {
    return inLog(id, log -> log.after(sequence, event -> true));
  }

  List<LedgerEvent<K>> wakesAfter(FetchId<K> id, long sequence) {
    return inLog(id, log -> log.after(sequence, LedgerEvent::wakes));
  }

  long countThrough(FetchId<K> id, String type, long sequence) {
    return inLog(id, log -> log.countThrough(type, sequence));
  }

  List<LedgerEvent<K>> latest(FetchId<K> id, int limit) {
    return inLog(id, log -> log.latest(limit));
  }

  void ackWake(FetchId<K> id, long sequence) {
    long ignored =
        records.inStep(
            id,
            step -> {
              MemoryFetch<K, V> fetch = step.known(id);
              fetch.ackedSequence = Math.max(fetch.ackedSequence, sequence);
              return fetch.ackedSequence;
            });
  }

  private <R> R inLog(FetchId<K> id, Function<EventLog<K>, R> read) {
    return records.inStep(id, step -> read.apply(step.known(id).events));
  }
}
