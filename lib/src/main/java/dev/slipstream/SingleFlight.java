package dev.slipstream;

import dev.slipstream.FlightResult.End;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a caller finds, joins or starts the flight of its key. The life of a flight is described in
 * {@link Flight}.
 *
 * <p>Every entry point that fetches follows one loop:
 *
 * <pre>
 * loop:
 *   found = the key's slot
 *   if it holds a flight that lets me join:  my handle is JOINED, done
 *   fresh = a new flight, on which I have a handle
 *   if no slot was found:  put fresh's slot, if there is still none
 *   else (its flight has ended, or was collected):  replace it, if it is still that one
 *   if that worked:  my handle is STARTED; recheck L1, start the loader, done
 * </pre>
 */
final class SingleFlight<K, V> {
  private final CacheCore<K, V> core;
  private final LostFlights<K, V> lost;

  SingleFlight(CacheCore<K, V> core, LostFlights<K, V> lost) {
    this.core = core;
    this.lost = lost;
  }

  /** Returns what L1 holds; null if the user's expiry throws, as it will again in the recheck. */
  @Nullable CachedValue<V> find(K key) {
    try {
      return core.l1.entries().getIfPresent(key);
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  /** Returns the key's entry as a call that fetches sees it, counted; null if there is none. */
  @Nullable CachedValue<V> hit(K key) {
    return hit(key, find(key));
  }

  /** Goes on from what {@link #find} has found. */
  @Nullable CachedValue<V> hit(K key, @Nullable CachedValue<V> found) {
    if (core.isClosed()) {
      return null;
    }
    CachedValue<V> entry = found == null ? core.l1.absence(key) : found;
    if (entry != null) {
      core.stats.hit();
    }
    return entry;
  }

  /** Returns a handle for a caller that had no {@link #hit}. */
  FetchHandle<V> fetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    FetchException refusal = refusal(key);
    return refusal == null
        ? joinOrStart(key, loader, false)
        : new FailedHandle<>(core.config, refusal);
  }

  /** Returns a handle on a flight, whatever is cached. */
  FetchHandle<V> refresh(K key, AsyncLoader<? super K, ? extends V> loader) {
    return core.isClosed() ? closedHandle(key) : joinOrStart(key, loader, true);
  }

  private FetchHandle<V> joinOrStart(
      K key, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    lost.reapCollected();
    while (true) {
      Slot<K, V> found = core.registry.find(key);
      AwaiterHandle<V> joined = join(Flight.in(found), null);
      if (joined != null) {
        return joined;
      }
      Flight<K, V> flight = newFlight(key, null);
      AwaiterHandle<V> handle = new AwaiterHandle<>(flight, Origin.STARTED);
      if (claim(found, flight, handle)) {
        CachedValue<V> adopted = launch(flight, loader, anew);
        return adopted == null ? handle : adopted;
      }
    }
  }

  /** Starts a flight that no leave can abandon, unless the key is cached or in flight. */
  void prefetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    core.requireOpen();
    if (hit(key) != null) {
      return;
    }
    lost.reapCollected();
    while (true) {
      Slot<K, V> found = core.registry.find(key);
      AwaiterHandle<V> joined = join(Flight.in(found), null);
      if (joined != null) {
        joined.flight.pin();
        joined.leave();
        return;
      }
      Flight<K, V> flight = newFlight(key, null);
      AwaiterHandle<V> handle = new AwaiterHandle<>(flight, Origin.STARTED);
      if (claim(found, flight, handle)) {
        flight.pin();
        handle.leave(); // before the loader starts: a caller that prefetches gets no failure
        var unused = launch(flight, loader, false);
        return;
      }
    }
  }

  /** Returns a handle on the flight, if there is one that can be joined. */
  @Nullable AwaiterHandle<V> join(@Nullable Flight<K, V> flight, @Nullable BulkFuture<K, V> bulk) {
    if (flight == null) {
      return null;
    }
    AwaiterHandle<V> handle =
        bulk == null
            ? new AwaiterHandle<>(flight, Origin.JOINED)
            : bulk.newMember(flight, Origin.JOINED);
    if (!flight.join(handle)) {
      return null;
    }
    core.stats.join();
    return handle;
  }

  Flight<K, V> newFlight(K key, @Nullable BulkLoad<K, V> bulk) {
    return core.notifier.recording
        ? new RecordedFlight<>(core, key, bulk)
        : new Flight<>(core, key, bulk);
  }

  /** Puts a new flight, with its first handle, in the place of the slot that was found. */
  boolean claim(@Nullable Slot<K, V> found, Flight<K, V> flight, AwaiterHandle<V> first) {
    flight.addFirst(first);
    core.touched.touch(flight.slot.key);
    if (!core.registry.claim(found, flight.slot)) {
      return false;
    }
    if (found != null && found.get() == null) {
      lost.reap(found);
    }
    return true;
  }

  /** Starts the loader of a new flight, unless the recheck finds the value, which is returned. */
  @Nullable CachedValue<V> launch(
      Flight<K, V> flight, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    CachedValue<V> adopted = recheck(flight, anew);
    if (adopted != null) {
      return adopted;
    }
    if (core.config.fetchTimeoutNanos() > 0) {
      flight.startTimer(core.config.fetchTimeoutNanos());
    }
    core.notifier.tick(flight.slot.key); // the timer runs: an executor may run an awaiter's task
    if (!flight.hasEnded()) {
      flight.start(loader);
    }
    return null;
  }

  /**
   * Looks into L1 once more, now that the slot is won: what another flight published since the
   * caller missed is adopted and counts as a hit. Otherwise the flight counts as a fetch; the
   * thread that starts its loader ticks its key before.
   */
  @Nullable CachedValue<V> recheck(Flight<K, V> flight, boolean anew) {
    K key = flight.slot.key;
    FetchException failure = null;
    try {
      CachedValue<V> entry = anew ? core.l1.peek(key) : core.l1.get(key);
      if (anew) {
        flight.setBase(entry);
      } else if (entry != null && flight.adopt(entry)) {
        core.stats.hit();
        return entry;
      }
    } catch (RuntimeException | Error e) { // the user's expiry: callers may have joined already
      failure = Failures.ofInsert(e, key, core.config);
    }
    core.stats.fetch();
    flight.recordStart(anew);
    if (core.isClosed()) { // close may have looked before our claim
      failure = Failures.closed(key, core.config);
    }
    if (failure != null) {
      flight.end(failure, End.FAILURE);
    }
    return null;
  }

  @Nullable FetchHandle<V> joinIfInFlight(K key) {
    if (core.isClosed()) {
      return closedHandle(key);
    }
    return join(lost.flightOf(key), null);
  }

  /** Returns why a call that would wait for the key is refused, or null. */
  @Nullable FetchException refusal(K key) {
    if (core.isClosed()) {
      return Failures.closed(key, core.config);
    }
    List<Object> cycle = LoadStack.cycle(core, key);
    return cycle == null ? null : Failures.recursive(key, cycle, core.config);
  }

  private FetchHandle<V> closedHandle(K key) {
    return new FailedHandle<>(core.config, Failures.closed(key, core.config));
  }
}
