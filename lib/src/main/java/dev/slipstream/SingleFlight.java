package dev.slipstream;

import dev.slipstream.FlightResult.End;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
  private final FlightLauncher<K, V> launcher;
  private final long softNanos;

  SingleFlight(CacheCore<K, V> core, LostFlights<K, V> lost) {
    this.core = core;
    this.lost = lost;
    launcher = new FlightLauncher<>(core);
    softNanos = core.config.freshness().softNanos();
  }

  /** Returns the key's entry as a call that fetches sees it, counted; null if there is none. */
  @Nullable CachedValue<V> hit(K key) {
    if (core.isClosed()) {
      return null;
    }
    CachedValue<V> entry;
    try {
      entry = core.l1().get(key);
    } catch (RuntimeException | Error e) { // the user's expiry, which the recheck will report
      return null;
    }
    if (entry != null) {
      core.stats.hit();
    }
    return entry;
  }

  /** Returns a handle for a caller that had no {@link #hit}. */
  FetchHandle<V> fetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    FetchException refusal = refusal(key);
    if (refusal != null) {
      return FailedHandle.refused(core.config, refusal);
    }
    FetchHandle<V> known = knownAfterFailure(key);
    return known == null ? joinOrStart(key, loader, FetchCause.MISS, null, null) : known;
  }

  /**
   * Returns the handle of a caller that gets what is known since a fetch has failed, without one of
   * its own: an expired value, or the failure. Null if the key may be fetched.
   */
  private @Nullable FetchHandle<V> knownAfterFailure(K key) {
    FetchHandle<V> stale = staleAtOnce(key);
    if (stale != null) {
      return stale;
    }
    Throwable failure = rememberedFailure(key);
    if (failure == null) {
      return null;
    }
    core.stats.failureHit();
    return FailedHandle.remembered(core.config, key, failure);
  }

  /**
   * Returns the handle of a caller that gets an expired value: a fetch of the key has just failed,
   * or takes too long. Null if it is to have a fetch.
   */
  @Nullable FetchHandle<V> staleAtOnce(K key) {
    Retained<V> kept = core.l1().retained(key);
    if (kept == null) {
      return null;
    }
    if (!kept.entry().mayFetch(core.l1().now())) {
      core.stats.staleOnError();
    } else if (isOverdue(key)) {
      core.stats.stale();
    } else {
      return null;
    }
    core.stats.hit();
    return new StaleValue<>(kept.entry());
  }

  private boolean isOverdue(K key) {
    Flight<K, V> flight = softNanos == 0 ? null : Flight.in(core.registry.find(key));
    return flight != null && flight.isOverdue() && !flight.hasEnded();
  }

  /** Returns the failure that callers get at once; a value that has expired goes before it. */
  @Nullable Throwable rememberedFailure(K key) {
    Throwable failure = core.l1().rememberedFailure(key);
    return failure == null || core.l1().retained(key) != null ? null : failure;
  }

  /** Returns a handle on a flight, whatever is cached. */
  FetchHandle<V> refresh(K key, AsyncLoader<? super K, ? extends V> loader) {
    return core.isClosed()
        ? closedHandle(key)
        : joinOrStart(key, loader, FetchCause.REFRESH, null, null);
  }

  /** Returns a handle for a caller whose flight has turned out to be too old for it. */
  private FetchHandle<V> again(
      K key, AsyncLoader<? super K, ? extends V> loader, FetchCause cause) {
    if (cause == FetchCause.REFRESH) {
      return refresh(key, loader);
    }
    CachedValue<V> hit = hit(key);
    return hit == null ? fetch(key, loader) : hit;
  }

  /** Starts a flight that no leave can abandon for a key that had no hit, unless it has one. */
  void prefetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    if (knownAfterFailure(key) == null) {
      var unused = joinOrStart(key, loader, FetchCause.PREFETCH, null, null);
    }
  }

  /**
   * Joins the key's flight or starts one.
   *
   * @param loader starts the work; not called for a flight of a bulk load
   * @param bulk the bulk call that the handle belongs to, if it does
   * @param load the bulk load that a new flight is to be loaded by, if it is
   */
  FetchHandle<V> joinOrStart(
      K key,
      AsyncLoader<? super K, ? extends V> loader,
      FetchCause cause,
      @Nullable BulkFuture<K, V> bulk,
      @Nullable BulkLoad<K, V> load) {
    lost.reapCollected();
    while (true) {
      Slot<K, V> found = core.registry.find(key);
      AwaiterHandle<V> joined = join(Flight.in(found), loader, cause, bulk);
      if (joined != null) {
        if (cause == FetchCause.PREFETCH) {
          pinAndLeave(joined);
        }
        return joined;
      }
      Flight<K, V> flight = newFlight(key, load, cause);
      AwaiterHandle<V> first = newHandle(flight, Origin.STARTED, cause, bulk, null);
      flight.addFirst(first);
      core.touched.touch(key);
      if (load != null) {
        load.flightAdded();
      }
      boolean claimed = false;
      try {
        claimed = core.registry.claim(found, flight.slot);
        if (claimed) {
          return start(found, flight, first, loader, cause, load);
        }
      } catch (Throwable e) {
        if (!claimed) {
          throw e;
        }
        flight.breakOff(e);
        return first;
      }
      if (load != null) {
        load.flightEnded(); // there is still the opener's count
      }
    }
  }

  /**
   * Starts a flight that is to replace an entry, unless one is in flight for the key. Nobody waits
   * for it; what the loader throws at once ends it.
   *
   * @param load the bulk load that the flight is to be loaded by, if it is
   */
  void refreshInBackground(
      K key,
      CachedValue<V> entry,
      AsyncLoader<? super K, ? extends V> loader,
      @Nullable BulkLoad<K, V> load,
      FetchCause cause) {
    lost.reapCollected();
    Slot<K, V> found = core.registry.find(key);
    Flight<K, V> running = Flight.in(found);
    if (running != null) {
      running.finishIfBroken();
      if (!running.hasEnded()) {
        return;
      }
    }
    Flight<K, V> flight = newFlight(key, load, cause);
    core.touched.touch(key);
    if (load != null) {
      load.flightAdded();
    }
    if (core.registry.claim(found, flight.slot)) {
      try {
        startInBackground(found, flight, entry, loader, load, cause);
      } catch (Throwable e) {
        flight.breakOff(e);
      }
    } else if (load != null) {
      load.flightEnded();
    }
  }

  private void startInBackground(
      @Nullable Slot<K, V> found,
      Flight<K, V> flight,
      CachedValue<V> entry,
      AsyncLoader<? super K, ? extends V> loader,
      @Nullable BulkLoad<K, V> load,
      FetchCause cause) {
    if (found != null && found.get() == null) {
      lost.reap(found);
    }
    CachedValue<V> current = core.l1().peek(flight.slot.key);
    if (current != null && current != entry && flight.adopt(current)) {
      return; // another refresh was faster
    }
    core.stats.fetch();
    if (cause == FetchCause.EARLY) {
      core.stats.refreshedEarly();
    } else {
      core.stats.refreshed();
    }
    flight.recordStart();
    if (core.isClosed()) {
      flight.end(Failures.closed(flight.slot.key, core.config), End.FAILURE);
    }
    if (current == entry) {
      flight.setBase(entry);
      flight.pin();
    } else { // the entry has gone meanwhile
      flight.abandonUnlessJoined();
    }
    if (flight.hasEnded()) {
      return;
    }
    if (load == null) {
      launcher.launch(flight, loader, true);
    } else {
      load.add(flight);
    }
  }

  /** Goes on with a flight whose slot is won; returns what its caller gets. */
  private FetchHandle<V> start(
      @Nullable Slot<K, V> found,
      Flight<K, V> flight,
      AwaiterHandle<V> first,
      AsyncLoader<? super K, ? extends V> loader,
      FetchCause cause,
      @Nullable BulkLoad<K, V> load) {
    if (found != null && found.get() == null) {
      lost.reap(found);
    }
    if (cause == FetchCause.PREFETCH) {
      pinAndLeave(first); // before the loader starts: a caller that prefetches gets no failure
    }
    CachedValue<V> adopted = recheck(flight, cause == FetchCause.REFRESH);
    if (adopted != null) {
      return first.isMember() ? first : adopted;
    }
    if (load == null) {
      launcher.launch(flight, loader, cause == FetchCause.REFRESH);
    } else {
      load.add(flight);
    }
    return first;
  }

  private void pinAndLeave(AwaiterHandle<V> handle) {
    handle.flight.pin();
    handle.leave();
  }

  /** Returns a handle on the flight, if there is one that can be joined. */
  private @Nullable AwaiterHandle<V> join(
      @Nullable Flight<K, V> flight,
      @Nullable AsyncLoader<? super K, ? extends V> loader,
      FetchCause cause,
      @Nullable BulkFuture<K, V> bulk) {
    if (flight == null) {
      return null;
    }
    flight.finishIfBroken();
    Rejoin<V> rejoin = null;
    if (cause != FetchCause.PREFETCH && isOlderThanATag(flight)) {
      if (loader == null) {
        return null;
      }
      rejoin = new Rejoin<>(() -> again(flight.slot.key, loader, cause));
    }
    AwaiterHandle<V> handle = newHandle(flight, Origin.JOINED, cause, bulk, rejoin);
    try {
      if (!flight.join(handle)) {
        flight.finishIfBroken();
        return null;
      }
    } catch (Throwable e) {
      handle.leave(); // it may be on the list, and would keep the fetch from being abandoned
      throw e;
    }
    core.stats.join();
    if (softNanos > 0 && flight.isOverdue() && handle.takesRetained()) { // only since it was pushed
      core.config.timer().schedule(new SoftTimeout<>(flight, 0), 0, TimeUnit.NANOSECONDS);
    }
    return handle;
  }

  /**
   * Returns whether a tag was invalidated since the flight began: the load may turn out to have it.
   */
  private boolean isOlderThanATag(Flight<K, V> flight) {
    long last = core.tags.last();
    return last != 0 && flight.load.storeOptions().began() < last;
  }

  private Flight<K, V> newFlight(K key, @Nullable BulkLoad<K, V> bulk, FetchCause cause) {
    LedgerLink<K, V> ledger = core.ledger;
    LoadContext<K, V> load =
        ledger == null || bulk != null ? bulk : new SharedLoad<>(core, ledger, key);
    if (core.reportsFlights()) {
      return new RecordedFlight<>(core, key, load, cause);
    }
    return cause == FetchCause.MISS
        ? new Flight<>(core, key, load)
        : new CausedFlight<>(core, key, load, cause);
  }

  private AwaiterHandle<V> newHandle(
      Flight<K, V> flight,
      Origin origin,
      FetchCause cause,
      @Nullable BulkFuture<K, V> bulk,
      @Nullable Rejoin<V> rejoin) {
    if (bulk != null) {
      return bulk.newMember(flight, origin, rejoin);
    }
    if (rejoin != null) {
      return new Rejoin.Handle<>(flight, rejoin, cause != FetchCause.REFRESH);
    }
    return switch (cause) {
      case PREFETCH -> new AwaiterHandle.Background<>(flight, origin);
      case REFRESH -> new AwaiterHandle.Refreshing<>(flight, origin);
      default -> new AwaiterHandle<>(flight, origin);
    };
  }

  /**
   * Looks into L1 once more, now that the slot is won: what another flight published since the
   * caller missed is adopted and counts as a hit. Otherwise the flight counts as a fetch; the
   * thread that starts its loader ticks its key before.
   */
  private @Nullable CachedValue<V> recheck(Flight<K, V> flight, boolean anew) {
    K key = flight.slot.key;
    FetchException failure = null;
    try {
      CachedValue<V> entry = anew ? core.l1().peek(key) : core.l1().get(key);
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
    flight.recordStart();
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
    FetchHandle<V> stale = isOverdue(key) ? staleAtOnce(key) : null;
    return stale != null ? stale : join(lost.flightOf(key), null, FetchCause.MISS, null);
  }

  /** Returns why a call that would wait for the key is refused, or null. */
  @Nullable FetchException refusal(K key) {
    if (core.isClosed()) {
      return Failures.closed(key, core.config);
    }
    if (LoadStack.isEmpty()) {
      return null;
    }
    List<Object> cycle = LoadStack.cycle(core, key);
    if (cycle != null) {
      return Failures.recursive(key, cycle, core.config);
    }
    return LoadStack.isEndless() ? Failures.endless(key, core.config) : null;
  }

  private FetchHandle<V> closedHandle(K key) {
    return FailedHandle.refused(core.config, Failures.closed(key, core.config));
  }
}
