package dev.slipstream;

import com.github.benmanes.caffeine.cache.Cache;
import dev.slipstream.StatsRecorder.End;
import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Threads;
import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.KeyState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all doors of one cache share: how a caller finds, joins or starts its flight, and how
 * flights are looked at and ended from outside. The life of a flight is told in {@link Flight}.
 */
final class Engine<K, V> {
  final String name;
  final Executor executor;
  final CallbackExecutor callbacks;
  final StatsRecorder stats;
  final InFlightRegistry<K, V> registry = new InFlightRegistry<>();
  final Changes<K, V> changes;

  /** What callers write now is of this group. Written under this; read by any. */
  volatile EntryGroup<V> group = new EntryGroup<>(this, 0, false);

  final L1<K, V> l1;
  final BulkContexts<K> bulks = new BulkContexts<>();
  final boolean finishesAbandoned;

  /** Zero is none. */
  final long fetchTimeoutNanos;

  private final @Nullable Function<? super V, ? extends K> identity;
  private final @Nullable InsertCallback<K, V> insertCallback;

  /** What {@link #l1} holds, one step nearer. */
  final Cache<K, CachedValue<V>> entries;

  /** Whether a hit needs no more than its entry: nothing is counted, and the cache is open. */
  volatile boolean hitsArePlain;

  /** Set once, by close. */
  private volatile boolean closed;

  Engine(CoalescingCacheBuilder<K, V> settings) {
    name = settings.nameOrNext();
    executor = settings.executor == null ? Threads.executor() : settings.executor;
    callbacks =
        new CallbackExecutor(
            settings.continuationExecutor == null
                ? Threads.executor()
                : settings.continuationExecutor);
    stats = new StatsRecorder(settings.recordStats);
    finishesAbandoned = settings.abandonPolicy == AbandonPolicy.FINISH;
    fetchTimeoutNanos =
        settings.fetchTimeout == null ? 0 : Arguments.saturatedNanos(settings.fetchTimeout);
    identity = settings.identity;
    insertCallback = settings.insertCallback;
    changes = new Changes<>(name, callbacks, settings);
    l1 = new L1<>(settings, this);
    entries = l1.entries();
    hitsArePlain = !settings.recordStats;
  }

  /**
   * Returns the key's entry as a call that fetches sees it, counted; null sends it to {@link
   * #fetch}.
   */
  @Nullable CachedValue<V> hit(K key) {
    return hit(key, find(key));
  }

  /** Returns what L1 holds; null if the user's expiry throws, as it will again in the recheck. */
  @Nullable CachedValue<V> find(K key) {
    try {
      return entries.getIfPresent(key);
    } catch (RuntimeException | Error e) {
      return null;
    }
  }

  /** Goes on from what was found in L1. */
  @Nullable CachedValue<V> hit(K key, @Nullable CachedValue<V> found) {
    if (closed) {
      return null;
    }
    CachedValue<V> entry = found == null ? l1.absence(key) : found;
    if (entry != null) {
      stats.hit();
    }
    return entry;
  }

  /** Returns a handle for a caller that had no {@link #hit}. */
  FetchHandle<V> fetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    FetchException refusal = refusal(key);
    return refusal == null ? board(key, loader, false) : new FailedHandle<>(this, refusal);
  }

  /** Returns a handle on a flight, whatever is cached. */
  FetchHandle<V> refresh(K key, AsyncLoader<? super K, ? extends V> loader) {
    return closed ? closedHandle(key) : board(key, loader, true);
  }

  /** Sees to it that the key is cached, or in a flight that no leave can abandon. */
  void prefetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireOpen();
    if (hit(key) != null) {
      return;
    }
    AwaiterHandle<V> seat = seat(key, null, null);
    Flight<K, V> flight = flightOf(seat);
    flight.pin();
    seat.leave(); // before the loader starts: who only prefetches receives no failure
    if (seat.origin() == Origin.STARTED) {
      var unused = launch(flight, loader, false);
    }
  }

  /** Returns why a call that would wait for the key is refused, or null. */
  @Nullable FetchException refusal(K key) {
    if (closed) {
      return Failures.closed(key, this);
    }
    List<Object> circle = LoadStack.circle(this, key);
    if (circle == null) {
      return null;
    }
    return new RecursiveFetchException(
        "cache %s: the loader of key %s asks for that key itself, round %s: let it compute the value"
                .formatted(name, Failures.text(key), Failures.text(circle))
            + " without the cache",
        key,
        circle,
        null);
  }

  private FetchHandle<V> board(K key, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    AwaiterHandle<V> seat = seat(key, null, null);
    if (seat.origin() == Origin.JOINED) {
      return seat;
    }
    CachedValue<V> adopted = launch(flightOf(seat), loader, anew);
    return adopted == null ? seat : adopted;
  }

  /**
   * Joins the key's flight, or wins the key's slot for a new one, which is then to be launched: the
   * handle's origin says which.
   *
   * <pre>
   * loop:
   *   found = the key's slot
   *   if it holds a flight and that lets me join:  return my handle, JOINED
   *   fresh = a new flight, on which I have a seat
   *   if no slot was found:  put fresh's, if there is still none
   *   else (dying, or collected):  replace it, if it is still that one
   *   if that worked:  return my handle, STARTED
   * </pre>
   *
   * @param group the bulk call that the handle belongs to, if it does
   * @param load the load that the flight belongs to, or null for one of its own
   */
  AwaiterHandle<V> seat(K key, @Nullable BulkFuture<K, V> group, @Nullable BulkContext<K, V> load) {
    reapCollected();
    while (true) {
      Slot<K, V> found = registry.find(key);
      Flight<K, V> flight = found == null ? null : found.get();
      if (flight != null) {
        AwaiterHandle<V> handle = newHandle(flight, Origin.JOINED, group);
        if (flight.join(handle)) {
          stats.join();
          return handle;
        }
      }
      Flight<K, V> fresh =
          changes.recording ? new RecordedFlight<>(this, key, load) : new Flight<>(this, key, load);
      if (load != null) {
        load.flightAdded();
      }
      AwaiterHandle<V> handle = newHandle(fresh, Origin.STARTED, group);
      fresh.seatOriginator(handle);
      bulks.touch(key);
      if (registry.claim(found, fresh.slot)) {
        if (found != null && flight == null) {
          reap(found);
        }
        return handle;
      }
      if (load != null) {
        load.flightEnded(true); // there is still the opener's count
      }
    }
  }

  private AwaiterHandle<V> newHandle(
      Flight<K, V> flight, Origin origin, @Nullable BulkFuture<K, V> group) {
    return group == null
        ? new AwaiterHandle<>(flight, origin)
        : new BulkMember<>(flight, origin, group);
  }

  /** Starts the loader of a new flight, unless the recheck finds the value, which is returned. */
  @Nullable CachedValue<V> launch(
      Flight<K, V> flight, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    CachedValue<V> adopted = recheck(flight, anew);
    if (adopted != null) {
      return adopted;
    }
    if (fetchTimeoutNanos > 0) {
      flight.startTimer(fetchTimeoutNanos);
    }
    changes.tick(flight.slot.key); // the timer runs: an executor may run here what awaits the fetch
    if (!flight.hasEnded()) {
      flight.start(loader);
    }
    return null;
  }

  /**
   * Looks into L1 once more, now that the slot is won: what another flight published since the
   * caller missed is adopted and counts as a hit. Otherwise the flight counts as a fetch; whoever
   * starts its loader ticks its key before.
   */
  @Nullable CachedValue<V> recheck(Flight<K, V> flight, boolean anew) {
    K key = flight.slot.key;
    FetchException failure = null;
    try {
      CachedValue<V> entry = anew ? l1.peek(key) : l1.get(key);
      if (anew) {
        flight.setBase(entry);
      } else if (entry != null && flight.adopt(entry)) {
        stats.hit();
        return entry;
      }
    } catch (RuntimeException | Error e) { // the user's expiry: callers may have joined already
      failure = Failures.ofInsert(e, key, this);
    }
    stats.fetch();
    flight.recordStart(anew);
    if (closed) { // close may have looked before our claim
      failure = Failures.closed(key, this);
    }
    if (failure != null) {
      flight.end(failure, End.FAILURE);
    }
    return null;
  }

  @Nullable FetchHandle<V> joinIfInFlight(K key) {
    if (closed) {
      return closedHandle(key);
    }
    Flight<K, V> flight = flightOf(key);
    if (flight == null) {
      return null;
    }
    AwaiterHandle<V> handle = new AwaiterHandle<>(flight, Origin.JOINED);
    if (!flight.join(handle)) {
      return null;
    }
    stats.join();
    return handle;
  }

  private FetchHandle<V> closedHandle(K key) {
    return new FailedHandle<>(this, Failures.closed(key, this));
  }

  boolean hasInsertSteps() {
    return identity != null || insertCallback != null;
  }

  /** Returns what is wrong with the loaded value's own id, or null. */
  @Nullable FetchException misfit(K key, V fetched) {
    if (identity == null) {
      return null;
    }
    K id = identity.apply(fetched);
    return key.equals(id)
        ? null
        : new IdentityMismatchException(
            "cache %s: key %s was asked for, but the loader gave a value whose id is %s"
                .formatted(name, Failures.text(key), Failures.text(id)),
            key,
            null);
  }

  /** Returns what to store and deliver for a loaded value. */
  V canonical(K key, V fetched, @Nullable V current) throws Exception {
    if (insertCallback == null) {
      return fetched;
    }
    return Objects.requireNonNull(
        insertCallback.insert(key, fetched, current),
        "the insert callback returned null: return the value to store, or current to store nothing");
  }

  boolean readsCurrent() {
    return insertCallback != null;
  }

  /** Returns an entry for what a fetch brought that began at a reading of the wall clock. */
  CachedValue<V> newEntry(@Nullable V value, long startNanos) {
    return newEntry(group, value, l1.writeTime(startNanos));
  }

  /** Returns an entry for a value that is written now. */
  CachedValue<V> newEntry(@Nullable V value) {
    return newEntry(group, value, l1.now());
  }

  /** Returns the group of a restore that begins now; what callers write from now on is no older. */
  synchronized EntryGroup<V> beginRestore() {
    long restores = group.restores + 1;
    group = new EntryGroup<>(this, restores, false);
    return new EntryGroup<>(this, restores, true);
  }

  /** Returns an entry that was written at a reading of the cache's ticker. */
  CachedValue<V> newEntry(EntryGroup<V> group, @Nullable V value, long writtenNanos) {
    return changes.tellsOfEach()
        ? new TrackedValue<>(group, value, writtenNanos)
        : new CachedValue<>(group, value, writtenNanos);
  }

  /** Returns the continuations of something that has ended, of a key if it is known. */
  Continuations<V> completed(Outcome<V> outcome, @Nullable Object key) {
    Object owner =
        key == null ? "a cached value in " + name : new FlightContinuations.Owner(name, key);
    Continuations<V> continuations = Continuations.create(callbacks, owner);
    continuations.complete(outcome);
    return continuations;
  }

  /** Registers by key: the flight is looked up first and L1 after it (G7). */
  Registration onComplete(
      K key,
      String continuationName,
      ContinuationOptions options,
      Continuation<? super V> continuation,
      boolean onlyIfRunning) {
    requireOpen();
    reapCollected();
    Flight<K, V> flight = flightOf(key);
    if (flight != null) {
      return flight.onComplete(continuationName, options, continuation, onlyIfRunning);
    }
    CachedValue<V> entry = l1.peekAny(key);
    if (entry == null) {
      return Registration.NOT_IN_FLIGHT;
    }
    if (onlyIfRunning) {
      throw new AlreadyCompletedException(
          "cache %s: continuation '%s' came too late for key %s, which is cached: use onComplete to run"
                  .formatted(name, continuationName, Failures.text(key))
              + " it at once",
          new Outcome.Success<>(entry.value()));
    }
    return completed(new Outcome.Success<>(entry.value()), key)
        .addOrRunNow(continuationName, options, continuation);
  }

  /** Returns how the key stands: the flight is looked up first and L1 after it (G7). */
  KeyState<V> state(K key) {
    Flight<K, V> flight = flightOf(key);
    CachedValue<V> entry = l1.peekAny(key);
    if (entry != null) {
      return new KeyState.Cached<>(entry.value());
    }
    if (flight != null) {
      return new KeyState.InFlight<>(flight.watch());
    }
    if (closed) {
      throw Failures.closed(key, this);
    }
    return new KeyState.Idle<>();
  }

  boolean removeOnComplete(K key, String continuationName) {
    requireOpen();
    Flight<K, V> flight = flightOf(key);
    FlightContinuations<V> continuations = flight == null ? null : flight.slot.continuationsIfAny();
    return continuations != null && continuations.ofKey().remove(continuationName);
  }

  boolean abort(K key, Throwable cause) {
    requireOpen();
    Flight<K, V> flight = flightOf(key);
    return flight != null && flight.end(Failures.aborted(key, this, cause), End.FAILURE);
  }

  List<InFlight<K>> inFlight() {
    reapCollected();
    long now = System.nanoTime();
    List<Flight<K, V>> flights = liveFlights();
    flights.sort(Comparator.comparingLong(flight -> flight.startNanos - now));
    List<InFlight<K>> seen = new ArrayList<>(flights.size());
    flights.forEach(flight -> seen.add(flight.describe(now - flight.startNanos)));
    return List.copyOf(seen);
  }

  /** Frees the slots of flights that were collected, and tells their continuations. */
  void reapCollected() {
    Slot<K, V> slot = registry.pollCollected();
    while (slot != null) {
      reap(slot);
      slot = registry.pollCollected();
    }
  }

  private void reap(Slot<K, V> collected) {
    if (collected.endCollected()) {
      registry.remove(collected);
      stats.ended(End.ABANDONED, System.nanoTime());
      changes.record(EventType.ABANDONED, collected.key);
      changes.tick(collected.key);
      collected.complete(new Outcome.Abandoned<>());
    }
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw Failures.closed(null, this);
    }
  }

  void close() {
    hitsArePlain = false;
    closed = true; // before the flights are looked for: one that is claimed later sees it
    for (Flight<K, V> flight : liveFlights()) {
      flight.end(Failures.closed(flight.slot.key, this), End.FAILURE);
    }
    changes.close();
  }

  /** Returns the key's flight if newcomers may join it; reaps a slot whose flight was collected. */
  @Nullable Flight<K, V> flightOf(K key) {
    Slot<K, V> slot = registry.find(key);
    if (slot == null) {
      return null;
    }
    Flight<K, V> flight = slot.get();
    if (flight == null) {
      reap(slot);
      return null;
    }
    return flight.isDying() ? null : flight;
  }

  /** Returns the flight of a handle that was made here. */
  @SuppressWarnings("unchecked")
  Flight<K, V> flightOf(AwaiterHandle<V> handle) {
    return (Flight<K, V>) handle.flight;
  }

  /**
   * Removes a slot without a flight from under a newcomer's feet: one collected, or a reservation.
   */
  void removeDead(Slot<K, V> slot) {
    reap(slot);
    registry.remove(slot);
  }

  /**
   * Stores a value that a bulk loader gave without being asked, if its key is absent and was
   * neither written nor fetched since the load began.
   *
   * <p>The key is reserved first, by a slot without a flight, which anybody may replace and every
   * write removes: if the key is untouched then, and the reservation can be replaced, nothing has
   * come in between. The flight that replaces it counts as none, but callers may join it.
   */
  void storeExtra(K key, V value, BulkContext<K, V> load) {
    Slot<K, V> reservation = new Slot<>(key);
    if (closed || load.isTouched(key) || !registry.claim(null, reservation)) {
      return;
    }
    Flight<K, V> flight = new ExtraFlight<>(this, key);
    if (load.isTouched(key) || !registry.claim(reservation, flight.slot)) {
      registry.remove(reservation);
      return;
    }
    if (closed) {
      boolean unused = flight.end(Failures.closed(key, this), End.FAILURE);
    }
    if (fetchTimeoutNanos > 0) {
      flight.startTimer(fetchTimeoutNanos);
    }
    CachedValue<V> present = l1.peek(key);
    if (present == null || !flight.adopt(present)) {
      flight.accept(value, null);
    }
  }

  private List<Flight<K, V>> liveFlights() {
    List<Flight<K, V>> flights = new ArrayList<>();
    for (Slot<K, V> slot : registry.snapshot()) {
      Flight<K, V> flight = slot.get();
      if (flight != null && !flight.hasEnded()) {
        flights.add(flight);
      }
    }
    return flights;
  }
}
