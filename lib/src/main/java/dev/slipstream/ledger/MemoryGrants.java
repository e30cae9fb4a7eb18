package dev.slipstream.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The grants of an in-memory ledger. */
final class MemoryGrants<K, V> {
  private final MemoryRecords<K, V> records;

  MemoryGrants(MemoryRecords<K, V> records) {
    this.records = records;
  }

  Grant<K> grant(FetchScope scope, FetchId<K> id, GrantInfo info) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.notEnded(id);
          fetch.grant(scope, info, step.now);
          return new Grant<>(scope, fetch.id, info);
        });
  }

  LeaveResult revoke(FetchScope scope, FetchId<K> id) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(id);
          if (fetch == null || !fetch.revoke(scope, step.now)) {
            return new LeaveResult.NothingThere();
          }
          int wanting = fetch.grants.live(step.now);
          if (wanting > 0) {
            return new LeaveResult.RunOn(wanting);
          }
          giveUp(step, fetch, scope);
          return new LeaveResult.GivenUp();
        });
  }

  /** Deletes the record; if another holds the fetch, that one runs it for nobody. */
  private void giveUp(MemoryRecords<K, V>.Step step, MemoryFetch<K, V> fetch, FetchScope by) {
    if (fetch.isRunning() && !fetch.isHeldBy(by)) {
      step.changed(by.node());
    }
    step.drop();
  }

  void transfer(FetchScope from, FetchScope to, Collection<FetchId<K>> ids) {
    for (FetchId<K> id : ids) {
      records.doStep(
          id.key(),
          step -> {
            MemoryFetch<K, V> fetch = step.fetch(id);
            if (fetch != null) {
              fetch.move(from, to, step.now);
            }
          });
    }
  }

  List<Grant<K>> grants(FetchScope scope) {
    List<Grant<K>> grants = new ArrayList<>();
    List<Object> ignored =
        records.each(
            step -> {
              MemoryFetch<K, V> fetch = step.some();
              fetch.grants.addTo(grants, scope, fetch.id);
              return null;
            });
    return grants;
  }

  List<Grant<K>> liveGrants(FetchScope scope) {
    List<List<Grant<K>>> found =
        records.each(
            step -> {
              MemoryFetch<K, V> fetch = step.some();
              return fetch.grants.has(scope, step.now)
                  ? fetch.grants.liveOf(fetch.id, step.now)
                  : null;
            });
    return found.stream()
        .flatMap(List::stream)
        .filter(grant -> grant.scope().equals(scope))
        .toList();
  }

  boolean hasGrant(FetchScope scope, FetchId<K> id) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(id);
          return fetch != null && fetch.grants.has(scope, step.now);
        });
  }

  List<Grant<K>> grantsOf(FetchId<K> id) {
    return records.inStep(
        id,
        step -> {
          MemoryFetch<K, V> fetch = step.fetch(id);
          return fetch == null ? List.of() : fetch.grants.liveOf(fetch.id, step.now);
        });
  }

  NodeReport deleteNode(String nodeName) {
    List<NodeReport> reports =
        records.each(
            step -> {
              MemoryFetch<K, V> fetch = step.some();
              int removed = fetch.revokeNode(nodeName);
              boolean givenUp = removed > 0 && fetch.grants.live(step.now) == 0;
              if (givenUp) {
                step.changed(null);
                step.drop();
              }
              return new NodeReport(removed, givenUp ? 1 : 0);
            });
    return reports.stream()
        .reduce(
            new NodeReport(0, 0),
            (a, b) -> new NodeReport(a.grants() + b.grants(), a.givenUp() + b.givenUp()));
  }
}
