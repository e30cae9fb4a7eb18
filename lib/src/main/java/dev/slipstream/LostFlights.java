package dev.slipstream;

import dev.slipstream.FlightResult.End;
import dev.slipstream.internal.Resumable;
import dev.slipstream.latch.Outcome;
import dev.slipstream.watch.EventType;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frees the slots of flights that nobody could complete and nobody awaited, and that were collected
 * therefore (G16). Their continuations, which live in the slot, run with {@link Outcome.Abandoned}.
 */
final class LostFlights<K, V> {
  private final CacheCore<K, V> core;

  LostFlights(CacheCore<K, V> core) {
    this.core = core;
  }

  /** Reaps all flights that the collector has reported since the last call. */
  void reapCollected() {
    Slot<K, V> slot = core.registry.pollCollected();
    while (slot != null) {
      reap(slot);
      slot = core.registry.pollCollected();
    }
  }

  void reap(Slot<K, V> collected) {
    if (collected.endCollected()) {
      core.stats.ended(End.ABANDONED, System.nanoTime());
      try {
        reportLost(collected);
        free(collected);
      } catch (Throwable e) { // the caller is of another fetch, and has no part in this
        core.config.timer().schedule((Resumable) () -> free(collected), 0, TimeUnit.NANOSECONDS);
      }
    }
  }

  private void reportLost(Slot<K, V> collected) {
    if (!(collected instanceof ReportedSlot<K, V> reported)) {
      return;
    }
    core.notifier().record(EventType.ABANDONED, collected.key, null, null, reported.fetchId);
    if (reported.report != null) {
      reported.report.end(FetchEnd.Outcome.ABANDONED, null, false);
    }
  }

  /** Frees the slot and runs what waits for its flight. May be called again if it throws. */
  private void free(Slot<K, V> collected) {
    core.registry.remove(collected);
    core.ended(collected);
    core.notifier().tick(collected.key);
    collected.complete(new Outcome.Abandoned<>());
    collected.handOverByCaller();
  }

  /** Removes a slot without a flight: one that was collected, or a reservation. */
  void removeDead(Slot<K, V> slot) {
    reap(slot);
    core.registry.remove(slot);
  }

  /** Returns the key's flight if newcomers may join it; reaps a slot whose flight was collected. */
  @Nullable Flight<K, V> flightOf(K key) {
    Slot<K, V> slot = core.registry.find(key);
    if (slot == null) {
      return null;
    }
    Flight<K, V> flight = Flight.in(slot);
    if (flight == null) {
      reap(slot);
      return null;
    }
    return flight.hasEnded() ? null : flight;
  }
}
