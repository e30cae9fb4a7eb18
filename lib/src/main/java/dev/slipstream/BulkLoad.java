package dev.slipstream;

import dev.slipstream.FlightResult.End;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a bulk loader for several flights. All of them settle and store before the first is
 * published, so that a caller which gets one key finds the others.
 *
 * <p>It is cancelled when the last of its flights has ended early, and not before its opener has
 * released it: keys are still being added then.
 */
final class BulkLoad<K, V> extends LoadContext<K, V>
    implements BiFunction<
        @Nullable Map<? extends K, ? extends V>, @Nullable Throwable, @Nullable Void> {
  private final BulkLoader<K, V> loader;
  private final List<Flight<K, V>> flights = new ArrayList<>();

  /** The keys that are loaded. Replaced before the loader starts. */
  private volatile Set<K> keys = Set.of();

  /** The flights that have not ended, and one for the opener. */
  private final AtomicInteger running = new AtomicInteger(1);

  /** What {@link TouchedKeys#begin} gave. Written before the loader starts. */
  private long begun;

  BulkLoad(CacheCore<K, V> core, BulkLoader<K, V> loader) {
    super(core);
    this.loader = loader;
  }

  /**
   * Returns the loader of single keys: for a caller whose key was in flight, if that turns out to
   * be too old. This loads all others.
   */
  AsyncLoader<K, V> single() {
    return (key, context) ->
        loader.loadAll(Set.of(key), context).thenApply(values -> values.get(key));
  }

  @Override
  public Set<K> key() {
    return keys;
  }

  @Override
  public long fetchId() {
    return flights.get(0).fetchId();
  }

  @Override
  public boolean loads(Object cache, Object key) {
    try {
      return core == cache && keys.contains(key);
    } catch (RuntimeException e) { // a key that is loaded has changed: it is not the one asked for
      return false;
    }
  }

  /** A flight is about to be claimed for this load. */
  void flightAdded() {
    running.incrementAndGet();
  }

  /** A flight that was added is none of this load's after all. */
  void flightEnded() {
    countEnded();
    stopIfUnused(true);
  }

  @Override
  void countEnded() {
    running.getAndDecrement();
  }

  @Override
  void stopIfUnused(boolean byLeave) {
    if (running.get() > 0) {
      return;
    }
    stopTimer();
    if (cancel(byLeave)) {
      core.touched.end(this);
    }
  }

  /** The opener has added all keys and started the loader, if there is anything to load. */
  void opened() {
    flightEnded();
  }

  /** Has a flight loaded that was claimed for this load. */
  void add(Flight<K, V> flight) {
    flights.add(flight);
  }

  /** Calls the loader, on this thread, unless close or abort has ended all flights meanwhile. */
  void start() {
    flights.removeIf(Flight::hasEnded);
    keys = keysToLoad();
    if (flights.stream().allMatch(Flight::hasEnded)) {
      return;
    }
    beginAfter(core.tags.last());
    begun = core.touched.begin(this);
    long timeoutNanos = core.config.fetchTimeoutNanos();
    if (timeoutNanos > 0) {
      setTimer(core.config.timer().schedule(this::timeOut, timeoutNanos, TimeUnit.NANOSECONDS));
    }
    flights.forEach(flight -> SoftTimeout.startTimers(flight, 0));
    flights.forEach(flight -> core.notifier().tick(flight.slot.key));
    try {
      captureContext();
    } catch (Throwable e) {
      apply(null, e);
      return;
    }
    if (core.bulkhead == null) {
      callHere();
      return;
    }
    List<Slot<K, V>> places = flights.stream().map(flight -> flight.slot).toList();
    Failures.Overload overload = core.bulkhead.enter(places, this::callHere, this::callLater);
    if (overload != null) {
      core.stats.rejected(flights.size());
      apply(null, overload);
    } else {
      flights.forEach(Flight::noteIfQueued);
    }
  }

  private Set<K> keysToLoad() {
    Set<K> wanted = new LinkedHashSet<>();
    for (Flight<K, V> flight : flights) {
      if (!flight.hasEnded()) {
        wanted.add(flight.slot.key);
      }
    }
    return Collections.unmodifiableSet(wanted);
  }

  private void callHere() {
    if (!LoadStack.isDeep()) {
      call();
      return;
    }
    try {
      LoadStack.startElsewhere(this::call);
    } catch (RuntimeException | Error rejection) {
      apply(null, new Failures.Rejection(rejection));
    }
  }

  /** Calls the loader as a task, after it had to wait, for the keys that still have callers. */
  private void callLater() {
    try {
      keys = keysToLoad();
    } catch (Throwable e) { // a key's hashCode, say
      breakOff(e);
      return;
    }
    if (keys.isEmpty()) {
      return;
    }
    flights.forEach(Flight::notePermit);
    try {
      core.config.executor().execute(this::callOrBreakOff);
    } catch (RuntimeException | Error rejection) {
      apply(null, new Failures.Rejection(rejection));
    }
  }

  private void callOrBreakOff() {
    try {
      call();
    } catch (Throwable e) { // nobody else sees it
      breakOff(e);
    }
  }

  private void call() {
    LoaderInterceptors<K, V> interceptors = core.config.loaderInterceptors();
    BulkLoader<K, V> round =
        interceptors == null
            ? loader
            : (keys, context) -> new InterceptedBulk<>(this, loader, key()).start(interceptors);
    LoaderStart.call(this, round, key(), this);
  }

  @Override
  public @Nullable Void apply(
      @Nullable Map<? extends K, ? extends V> values, @Nullable Throwable failure) {
    if (!isFinished()) {
      finish();
      try {
        end(values, failure);
      } catch (Throwable e) {
        breakOff(e);
        throw e;
      } finally {
        core.touched.end(this);
      }
    } else if (values != null && core.config.discards() != null) {
      discardAll(values);
    }
    return null;
  }

  /** All flights have ended before: none takes its value. */
  private void discardAll(Map<? extends K, ? extends V> values) {
    for (Flight<K, V> flight : flights) {
      if (flight.hasEnded()) {
        boolean unused = settle(flight, values, null);
      }
    }
    eachUnrequested(values, core::discard);
  }

  /** Ends all flights after something threw that should not: nobody may be left waiting. */
  void breakOff(Throwable thrown) {
    finish();
    flights.forEach(Flight::markBroken);
    eachFlight(flight -> flight.breakOff(thrown));
  }

  private void end(@Nullable Map<? extends K, ? extends V> values, @Nullable Throwable failure) {
    Throwable fault = failure;
    if (fault == null && values == null) {
      fault = new NullPointerException(Failures.nullMap(loader, key(), core.config));
    }
    List<Flight<K, V>> settled = new ArrayList<>(flights.size());
    for (Flight<K, V> flight : flights) {
      if (settle(flight, values, fault)) {
        settled.add(flight);
      }
    }
    if (fault == null && values != null) {
      eachUnrequested(values, this::storeUnrequested);
    }
    settled.removeIf(flight -> !flight.latch());
    settled.forEach(Flight::announce);
    settled.forEach(flight -> flight.slot.runByCaller());
  }

  private boolean settle(
      Flight<K, V> flight,
      @Nullable Map<? extends K, ? extends V> values,
      @Nullable Throwable failure) {
    if (values == null || failure != null) {
      return flight.settle(null, failure);
    }
    V value;
    try {
      K key = flight.slot.key; // it was not asked for if its callers had left by then
      value = keys.contains(key) ? values.get(key) : null;
    } catch (RuntimeException | Error e) {
      return flight.settle(null, e);
    }
    return flight.settle(value, null);
  }

  private void eachUnrequested(
      Map<? extends K, ? extends V> values, BiConsumer<? super K, ? super V> action) {
    try {
      values.forEach(
          (key, value) -> {
            if (key != null && value != null && !keys.contains(key)) {
              action.accept(key, value);
            }
          });
    } catch (RuntimeException | Error e) {
      Failures.logExtras(core.config, e);
    }
  }

  /**
   * Stores a value that the loader gave without being asked, if its key is absent and was neither
   * written nor fetched since the load began.
   *
   * <p>The key is reserved first, by a slot without a flight, which any caller may replace and
   * every write removes: if the key is untouched then, and the reservation can be replaced, nothing
   * has come in between. The flight that replaces it counts as none, but callers may join it.
   */
  private void storeUnrequested(K key, V value) {
    Slot<K, V> reservation = new Slot<>(key);
    StoreOptions options = storeOptions();
    if (core.isClosed()
        || !options.stores()
        || core.touched.isTouched(key, begun)
        || !core.registry.claim(null, reservation)) {
      core.discard(key, value);
      return;
    }
    Flight<K, V> flight = new UnrequestedFlight<>(core, key);
    flight.setStoreOptions(options);
    boolean claimed = false;
    try {
      claimed =
          !core.touched.isTouched(key, begun) && core.registry.claim(reservation, flight.slot);
      if (claimed) {
        publishUnrequested(flight, value);
      }
    } catch (Throwable e) {
      if (!claimed) {
        throw e;
      }
      flight.breakOff(e);
    } finally {
      core.registry.remove(reservation);
      if (!claimed) {
        core.discard(key, value);
      }
    }
  }

  private void publishUnrequested(Flight<K, V> flight, V value) {
    if (core.isClosed()) {
      flight.end(Failures.closed(flight.slot.key, core.config), End.FAILURE);
    }
    if (core.config.fetchTimeoutNanos() > 0) {
      flight.startTimer(core.config.fetchTimeoutNanos());
    }
    CachedValue<V> present = core.l1().peek(flight.slot.key);
    if (present == null || !flight.adopt(present)) {
      flight.settleAndPublish(value, null);
    } else {
      flight.discard(value);
    }
  }

  private void timeOut() {
    eachFlight(
        flight -> flight.end(Failures.fetchTimeout(flight.slot.key, core.config), End.TIMEOUT));
  }

  /** Does something for each flight, also if it throws for one. */
  private void eachFlight(Consumer<Flight<K, V>> action) {
    Error thrown = null;
    for (Flight<K, V> flight : flights) {
      try {
        action.accept(flight);
      } catch (Error e) { // no memory or no stack: nothing here runs users' code
        thrown = e;
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }
}
