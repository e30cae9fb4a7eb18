package dev.slipstream.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The grants of one fetch, guarded by its record's monitor. One that has run out counts for
 * nothing; it stays listed for a minute.
 */
final class Grants {
  private static final long LISTED_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<FetchScope, Held> held = new HashMap<>();

  private record Held(GrantInfo info, long end) {
    boolean isLive(long now) {
      return end > now;
    }
  }

  void put(FetchScope scope, GrantInfo info, long now) {
    held.put(scope, new Held(info, now + LedgerClock.nanos(info.time())));
  }

  /** Grants for the time of the scope's last grant; for the given time if it has none. */
  void renew(FetchScope scope, Duration otherwise, long now) {
    Held present = held.get(scope);
    put(scope, present == null ? new GrantInfo(null, otherwise) : present.info, now);
  }

  /** Takes a grant back; returns whether it was live. */
  boolean remove(FetchScope scope, long now) {
    Held removed = held.remove(scope);
    return removed != null && removed.isLive(now);
  }

  /** Moves a live grant; of two that meet, the one that lasts longer stays. */
  boolean move(FetchScope from, FetchScope to, long now) {
    Held moved = held.get(from);
    if (moved == null || !moved.isLive(now)) {
      return false;
    }
    held.remove(from);
    held.merge(to, moved, (there, here) -> there.end > here.end ? there : here);
    return true;
  }

  /** Removes all of a node; returns how many. */
  int removeNode(String nodeName) {
    int before = held.size();
    held.keySet().removeIf(scope -> scope.node().name().equals(nodeName));
    return before - held.size();
  }

  boolean has(FetchScope scope, long now) {
    Held present = held.get(scope);
    return present != null && present.isLive(now);
  }

  int live(long now) {
    int count = 0;
    for (Held each : held.values()) {
      if (each.isLive(now)) {
        count++;
      }
    }
    return count;
  }

  /** Forgets what ran out long ago. */
  void prune(long now) {
    held.values().removeIf(each -> each.end + LISTED_NANOS <= now);
  }

  void clear() {
    held.clear();
  }

  <K> List<Grant<K>> liveOf(FetchId<K> id, long now) {
    List<Grant<K>> grants = new ArrayList<>();
    held.forEach(
        (scope, each) -> {
          if (each.isLive(now)) {
            grants.add(new Grant<>(scope, id, each.info));
          }
        });
    return grants;
  }

  /** Adds the scope's grant, if it has one, which may have run out. */
  <K> void addTo(List<Grant<K>> grants, FetchScope scope, FetchId<K> id) {
    Held present = held.get(scope);
    if (present != null) {
      grants.add(new Grant<>(scope, id, present.info));
    }
  }
}
