package dev.slipstream.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A cache's way through an in-memory ledger: join, look, invalidate, put. */
final class MemoryJoins<K, V> {
  private final MemoryRecords<K, V> records;

  MemoryJoins(MemoryRecords<K, V> records) {
    this.records = records;
  }

  JoinResult<K, V> join(FetchScope scope, K key, JoinOptions options) {
    return records.inStep(
        key,
        step -> {
          if (options.invalidateFirst()) {
            step.drop();
            step.invalidated(scope.node());
          }
          JoinResult<K, V> value = options.refresh() ? null : shared(step);
          return value == null ? enter(step, scope, options) : value;
        });
  }

  private @Nullable JoinResult<K, V> shared(MemoryRecords<K, V>.Step step) {
    MemoryFetch<K, V> fetch = step.fetch();
    return fetch == null ? null : value(fetch, fetch.sharedEnd(), step.now);
  }

  private JoinResult<K, V> enter(
      MemoryRecords<K, V>.Step step, FetchScope scope, JoinOptions options) {
    MemoryFetch<K, V> present = step.fetch();
    MemoryFetch<K, V> fetch = present == null || present.hasEnded() ? step.begin() : present;
    boolean mine = fetch.isHeldBy(scope);
    boolean takesOver = !mine && fetch.isRunning() && !fetch.isHeld(step.now);
    if (!fetch.isRunning() || takesOver) {
      fetch.hold(scope, step.nextToken(), options.lease(), step.now);
      mine = true;
      if (options.recorded()) {
        step.started(fetch, scope.node());
      }
    }
    if (takesOver) {
      step.changed(scope.node());
    }
    fetch.grant(scope, new GrantInfo(null, options.grant()), step.now);
    Lease<K> lease = fetch.lease(step.now);
    return mine ? new JoinResult.Acquired<>(lease, takesOver) : new JoinResult.Held<>(lease);
  }

  JoinResult<K, V> look(FetchScope scope, FetchId<K> awaited) {
    return records.inStep(
        awaited,
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(awaited);
          if (fetch == null) {
            return new JoinResult.Gone<>();
          }
          if (fetch.isRunning()) {
            fetch.renewGrant(scope, step.now);
            return new JoinResult.Held<>(fetch.lease(step.now));
          }
          return ended(fetch, step.now);
        });
  }

  private JoinResult<K, V> ended(MemoryFetch<K, V> fetch, long now) {
    FetchEnd<V> end = fetch.end();
    if (end instanceof FetchEnd.Failure<V> failure) {
      return new JoinResult.Failed<>(failure.failure());
    }
    if (end instanceof FetchEnd.Unshared<V>) {
      return new JoinResult.Unshared<>();
    }
    JoinResult<K, V> value = value(fetch, end, now);
    return value == null ? new JoinResult.Gone<>() : value;
  }

  private @Nullable JoinResult<K, V> value(
      MemoryFetch<K, V> fetch, @Nullable FetchEnd<V> end, long now) {
    if (end instanceof FetchEnd.Success<V> success) {
      return new JoinResult.Value<>(fetch.id, success.value(), fetch.age(now));
    }
    return end instanceof FetchEnd.Absent<V>
        ? new JoinResult.Absent<>(fetch.id, fetch.age(now))
        : null;
  }

  void invalidate(FetchScope by, K key) {
    records.doStep(
        key,
        step -> {
          step.drop();
          step.invalidated(by.node());
        });
  }

  void put(FetchScope by, K key, V value, Duration keep) {
    records.doStep(
        key,
        step -> {
          MemoryFetch<K, V> fetch = step.begin();
          fetch.end(new FetchEnd.Success<>(value), keep, fetch.id.number(), step.now);
          step.invalidated(by.node());
        });
  }
}
