package dev.slipstream.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The leases of an in-memory ledger. */
final class MemoryLeases<K, V> {
  private final MemoryRecords<K, V> records;

  MemoryLeases(MemoryRecords<K, V> records) {
    this.records = records;
  }

  Claim<K> claim(FetchId<K> id, FetchScope holder, Duration time) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.known(id);
          if (fetch.hasEnded()) {
            return new Claim.Ended<>(fetch.id);
          }
          if (fetch.isHeldBy(holder)) {
            fetch.grant(holder, grantFor(time), step.now);
            return new Claim.Acquired<>(fetch.lease(step.now), false);
          }
          return fetch.isHeld(step.now)
              ? new Claim.Held<>(fetch.lease(step.now))
              : acquire(step, fetch, holder, time);
        });
  }

  Claim<K> reclaim(FetchId<K> id, FetchScope holder, Lease<K> observed, Duration time) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.known(id);
          if (fetch.hasEnded()) {
            return new Claim.Ended<>(fetch.id);
          }
          if (!fetch.isRunning() || observed.id().number() != fetch.id.number()) {
            throw new Refusal(Refusal.Kind.UNKNOWN);
          }
          boolean free = !fetch.isHeld(step.now) || fetch.isHeldByAnotherRunOf(holder.node());
          return fetch.isTheLease(observed) && free
              ? acquire(step, fetch, holder, time)
              : new Claim.Held<>(fetch.lease(step.now));
        });
  }

  private Claim<K> acquire(
      MemoryRecords<K, V>.Step step, MemoryFetch<K, V> fetch, FetchScope holder, Duration time) {
    boolean takenOver = fetch.isRunning();
    fetch.hold(holder, step.nextToken(), time, step.now);
    fetch.grant(holder, grantFor(time), step.now);
    if (takenOver) {
      step.changed(holder.node());
    }
    return new Claim.Acquired<>(fetch.lease(step.now), takenOver);
  }

  private static GrantInfo grantFor(Duration time) {
    return new GrantInfo(null, JoinOptions.grantFor(time));
  }

  Renewal<K> renew(Lease<K> lease, Duration time) {
    return records.inStep(
        lease.id(),
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(lease.id());
          if (fetch == null || !fetch.isRunning() || !fetch.isTheLease(lease)) {
            return new Renewal.Lost<>();
          }
          if (fetch.abandonRequest != null) {
            return new Renewal.AbandonRequested<>(fetch.abandonRequest);
          }
          fetch.renewHolder(time, step.now);
          int wanting = fetch.grants.live(step.now);
          if (wanting == 0) {
            step.drop();
            return new Renewal.GivenUp<>();
          }
          fetch.extend(time, step.now);
          return new Renewal.Renewed<>(fetch.lease(step.now), wanting);
        });
  }

  @Nullable Lease<K> lease(FetchId<K> id) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(id);
          return fetch == null || !fetch.isRunning() ? null : fetch.lease(step.now);
        });
  }

  Completion<V> complete(Lease<K> lease, FetchEnd<V> end, Duration keep) {
    return records.inStep(
        lease.id(),
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(lease.id());
          if (fetch == null || !fetch.isTheLease(lease)) {
            return fenced(step, lease.holder());
          }
          if (fetch.hasEnded()) {
            return new Completion.Accepted<>(0); // this completion, repeated
          }
          boolean ignored = fetch.grants.remove(lease.holder(), step.now);
          int others = fetch.grants.live(step.now);
          step.end(fetch, end, keep, lease.token(), lease.holder().node());
          return new Completion.Accepted<>(others);
        });
  }

  /** Takes the grant back: else the next holder would run on for nobody. */
  private Completion<V> fenced(MemoryRecords<K, V>.Step step, FetchScope holder) {
    MemoryFetch<K, V> newest = step.fetch();
    if (newest == null) {
      return new Completion.Fenced<>(null, null);
    }
    boolean ignored = newest.revoke(holder, step.now);
    FetchEnd<V> end = newest.end();
    if (end instanceof FetchEnd.Success<V> success) {
      return new Completion.Fenced<>(success.value(), newest.age(step.now));
    }
    return new Completion.Fenced<>(
        null, end instanceof FetchEnd.Absent<V> ? newest.age(step.now) : null);
  }

  FetchRecord<K, V> complete(FetchId<K> id, FetchEnd<V> end, Duration keep) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.notEnded(id);
          if (fetch.isHeld(step.now)) {
            throw new Refusal(Refusal.Kind.HELD);
          }
          step.end(fetch, end, keep, step.nextToken(), null);
          return step.record(fetch);
        });
  }
}
