package dev.slipstream.ledger;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The registry of an in-memory ledger: records, and what is noted in them. */
final class MemoryRegistry<K, V> {
  private final MemoryRecords<K, V> records;

  MemoryRegistry(MemoryRecords<K, V> records) {
    this.records = records;
  }

  FetchRecord<K, V> register(FetchRegistration<K> registration) {
    return records.inStep(
        registration.key(),
        step -> {
          MemoryFetch<K, V> present = step.fetch();
          if (present != null && !present.hasEnded()) {
            return step.record(present);
          }
          MemoryFetch<K, V> fetch = step.begin();
          fetch.externalRef = registration.externalRef();
          return step.record(fetch);
        });
  }

  @Nullable FetchRecord<K, V> find(K key) {
    return records.inStep(
        key,
        step -> {
          MemoryFetch<K, V> fetch = step.fetch();
          return fetch == null ? null : step.record(fetch);
        });
  }

  FetchRecord<K, V> setExternalRef(FetchId<K> id, ExternalRef ref) {
    return note(id, (step, fetch) -> fetch.externalRef = ref);
  }

  FetchRecord<K, V> recordFirstStarted(FetchId<K> id, Started started) {
    return note(
        id, (step, fetch) -> fetch.started = Objects.requireNonNullElse(fetch.started, started));
  }

  FetchRecord<K, V> setWait(FetchId<K> id, @Nullable WaitState wait) {
    return note(id, (step, fetch) -> fetch.waitState = wait);
  }

  FetchRecord<K, V> requestAbandon(FetchId<K> id, AbandonRequest request) {
    return note(
        id,
        (step, fetch) -> {
          if (fetch.abandonRequest == null) {
            fetch.abandonRequest = request;
            step.changed(null);
          }
        });
  }

  private FetchRecord<K, V> note(
      FetchId<K> id, BiConsumer<MemoryRecords<K, V>.Step, MemoryFetch<K, V>> change) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.notEnded(id);
          change.accept(step, fetch);
          return step.record(fetch);
        });
  }

  List<FetchRecord<K, V>> list(RecordFilter filter) {
    return records.each(step -> step.record(step.some())).stream()
        .filter(filter::matches)
        .sorted(Comparator.comparingLong(record -> record.id().number()))
        .limit(filter.limit())
        .toList();
  }

  PruneReport pruneTerminal(Duration olderThan) {
    long nanos = LedgerClock.nanos(olderThan);
    List<Integer> events =
        records.each(
            step -> {
              MemoryFetch<K, V> fetch = step.some();
              if (!fetch.endedLongAgo(step.now, nanos)) {
                return null;
              }
              step.drop();
              return fetch.events.size();
            });
    return new PruneReport(events.size(), events.stream().mapToLong(Integer::longValue).sum());
  }
}
