package dev.slipstream;

import static java.util.Objects.requireNonNull;

import dev.slipstream.canal.Events;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import dev.slipstream.view.EntryView;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeyAwaiterBuilder;
import dev.slipstream.watch.KeyState;
import dev.slipstream.watch.StateListener;
import dev.slipstream.watch.StateListenerHandle;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entry points: each checks its arguments and hands over to the part that does the work. */
class SlipstreamCache<K, V> implements CoalescingCache<K, V> {
  final CacheCore<K, V> core;
  final L1<K, V> l1;
  private final Notifier<K, V> notifier;
  final BulkCalls<K, V> bulk;
  final SingleFlight<K, V> flights;
  final LostFlights<K, V> lost;
  private final FlightControl<K, V> control;
  private final FlightGauges<K, V> gauges;
  private final KeyContinuations<K, V> continuations;
  private final FencedWrites<K, V> writes;
  private final ConcurrentMap<K, V> map;
  private final L1Snapshots<K, V> snapshots;
  private final KeyAwaiter<K, V> awaiter;
  private final @Nullable RemoteChanges<K, V> remote;

  /** What a hit may start; null if it starts nothing. */
  private final @Nullable Refreshes<K, V> refreshes;

  /**
   * L1's entries while a hit needs no more than its entry: the cache is open, and counts nothing.
   * Else an empty map, which does not even hash the key. So the look into it is the check as well.
   */
  private volatile Map<K, CachedValue<V>> plainHits;

  /** Whether no other look finds a hit that {@link #plainHit} has not found. */
  private final boolean allHitsArePlain;

  SlipstreamCache(CacheConfig<K, V> config) {
    core = new CacheCore<>(config);
    l1 = core.l1();
    notifier = core.notifier();
    lost = new LostFlights<>(core);
    flights = new SingleFlight<>(core, lost);
    refreshes = config.freshness().refreshesOnHits() ? new Refreshes<>(core, flights) : null;
    bulk = new BulkCalls<>(core, flights, refreshes);
    control = new FlightControl<>(core, lost);
    gauges = new FlightGauges<>(core.registry);
    continuations = new KeyContinuations<>(core, lost);
    writes = new FencedWrites<>(core, lost);
    map = new L1MapView<>(l1, writes, core.stats);
    snapshots = new L1Snapshots<>(core, writes);
    awaiter = newAwaiter();
    boolean hitsArePlain = !config.recordStats() && refreshes == null;
    plainHits = hitsArePlain ? l1.map() : Collections.emptyMap();
    allHitsArePlain = hitsArePlain && !l1.remembersAbsences();
    remote = core.ledger == null ? null : new RemoteChanges<>(core.ledger, writes);
    if (remote != null) {
      remote.listen();
    }
  }

  private KeyAwaiter<K, V> newAwaiter() {
    KeyAwaiterBuilder<K, V> builder =
        KeyAwaiter.<K, V>over(continuations::state)
            .hub(notifier.hub)
            .executor(core.config.callbacks());
    return notifier.journal == null
        ? builder.build()
        : builder.eventJournal(new JournalHistory<>(core.config, notifier.journal)).build();
  }

  @Override
  public final FetchHandle<V> getOrFetch(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    CachedValue<V> hit = plainHit(requireNonNull(key, "key"));
    return hit != null ? hit : getOrFetchFully(key, new BlockingLoader<>(loader));
  }

  @Override
  public final FetchHandle<V> getOrFetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    CachedValue<V> hit = plainHit(requireNonNull(key, "key"));
    return hit != null ? hit : getOrFetchFully(key, loader);
  }

  /** Returns the entry of a hit that needs no more than one look into Caffeine. */
  final @Nullable CachedValue<V> plainHit(K key) {
    try {
      return plainHits.get(key);
    } catch (RuntimeException | Error e) { // the user's expiry, which the recheck will report
      return null;
    }
  }

  /** Returns the entry of a hit that was no plain one. */
  private @Nullable CachedValue<V> otherHit(K key) {
    return allHitsArePlain ? null : flights.hit(key);
  }

  /** Returns a handle for a call that is no plain hit: kept apart, so that those stay small. */
  private FetchHandle<V> getOrFetchFully(K key, AsyncLoader<? super K, ? extends V> loader) {
    CachedValue<V> hit = otherHit(key);
    if (hit == null) {
      return flights.fetch(key, loader);
    }
    return refreshes == null ? hit : refreshes.hit(key, hit, loader);
  }

  @Override
  public final @Nullable V get(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    CachedValue<V> hit = plainHit(requireNonNull(key, "key"));
    return hit != null ? hit.value() : getFully(key, new BlockingLoader<>(loader), null);
  }

  @Override
  public final @Nullable V get(K key, Loader<? super K, ? extends V> loader, Duration timeout) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    requireNonNull(timeout, "timeout");
    CachedValue<V> hit = plainHit(key);
    return hit != null ? hit.value() : getFully(key, new BlockingLoader<>(loader), timeout);
  }

  /** Returns a value for a call that is no plain hit; blocks one that has no hit at all. */
  final @Nullable V getFully(
      K key, AsyncLoader<? super K, ? extends V> loader, @Nullable Duration timeout) {
    CachedValue<V> hit = otherHit(key);
    if (hit != null) {
      boolean unused = refreshes != null && refreshes.startIfDue(key, hit, loader);
      return hit.value();
    }
    Blocking.requireWilling(key, core.config, timeout);
    FetchHandle<V> handle = flights.fetch(key, loader);
    return timeout == null ? handle.await() : handle.await(timeout);
  }

  @Override
  public final CompletableFuture<Map<K, V>> getAllOrFetch(
      Collection<? extends K> keys, BulkLoader<K, V> loader) {
    requireNonNull(keys, "keys");
    requireNonNull(loader, "loader");
    return bulk.fetch(keys, loader);
  }

  @Override
  public final Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader) {
    requireNonNull(keys, "keys");
    requireNonNull(loader, "loader");
    return bulk.getAll(keys, loader);
  }

  @Override
  public final FetchHandle<V> refresh(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    return flights.refresh(key, new BlockingLoader<>(loader));
  }

  @Override
  public final FetchHandle<V> refresh(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    return flights.refresh(key, loader);
  }

  @Override
  public final void prefetch(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    prefetch(key, new BlockingLoader<>(loader));
  }

  @Override
  public final void prefetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    core.requireOpen();
    CachedValue<V> hit = flights.hit(key);
    if (hit == null) {
      flights.prefetch(key, loader);
    } else if (refreshes != null) {
      boolean unused = refreshes.startIfDue(key, hit, loader);
    }
  }

  @Override
  public final @Nullable V getIfPresent(K key) {
    return map.get(requireNonNull(key, "key"));
  }

  @Override
  public final Map<K, V> getAllPresent(Collection<? extends K> keys) {
    requireNonNull(keys, "keys");
    Map<K, V> present = new LinkedHashMap<>();
    for (K key : keys) {
      V value = map.get(requireNonNull(key, "keys: one of them is null"));
      if (value != null) {
        present.put(key, value);
      }
    }
    return Collections.unmodifiableMap(present);
  }

  @Override
  public final @Nullable FetchHandle<V> joinIfInFlight(K key) {
    return flights.joinIfInFlight(requireNonNull(key, "key"));
  }

  @Override
  public final void put(K key, V value) {
    writes.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
  }

  @Override
  public final void put(K key, V value, Set<String> tags) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(tags, "tags");
    tags.forEach(tag -> requireNonNull(tag, "tags: one of them is null"));
    writes.put(key, value, Set.copyOf(tags));
  }

  @Override
  public final void putAll(Map<? extends K, ? extends V> values) {
    requireNonNull(values, "values");
    Map<K, V> checked = new LinkedHashMap<>();
    values.forEach(
        (key, value) ->
            checked.put(
                requireNonNull(key, "values: one of the keys is null"),
                requireNonNull(value, "values: one of them is null")));
    core.requireOpen();
    checked.forEach(writes::put);
  }

  @Override
  public final void invalidate(K key) {
    writes.remove(requireNonNull(key, "key"));
  }

  @Override
  public final void invalidateAll() {
    writes.clear();
  }

  @Override
  public final void invalidateAll(Collection<? extends K> keys) {
    requireNonNull(keys, "keys");
    keys.forEach(key -> requireNonNull(key, "keys: one of them is null"));
    core.requireOpen();
    keys.forEach(writes::remove);
  }

  @Override
  public final void invalidateTag(String tag) {
    writes.removeTagged(requireNonNull(tag, "tag"));
  }

  @Override
  public final Set<String> tags(K key) {
    return TaggedValue.of(l1.peek(requireNonNull(key, "key")));
  }

  @Override
  public final boolean abort(K key, Throwable cause) {
    return control.abort(requireNonNull(key, "key"), requireNonNull(cause, "cause"));
  }

  @Override
  public final ConcurrentMap<K, V> asMap() {
    return map;
  }

  @Override
  public final long estimatedSize() {
    return l1.estimatedSize();
  }

  @Override
  public final void cleanUp() {
    core.requireOpen();
    lost.reapCollected();
    l1.cleanUp();
  }

  @Override
  public final Registration onComplete(K key, String name, Continuation<? super V> continuation) {
    return onComplete(key, name, ContinuationOptions.defaults(), continuation);
  }

  @Override
  public final Registration onComplete(
      K key, String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return register(key, name, options, continuation, false);
  }

  @Override
  public final Registration onCompleteOrThrow(
      K key, String name, Continuation<? super V> continuation) {
    return onCompleteOrThrow(key, name, ContinuationOptions.defaults(), continuation);
  }

  @Override
  public final Registration onCompleteOrThrow(
      K key, String name, ContinuationOptions options, Continuation<? super V> continuation) {
    return register(key, name, options, continuation, true);
  }

  private Registration register(
      K key,
      String name,
      ContinuationOptions options,
      Continuation<? super V> continuation,
      boolean onlyIfRunning) {
    return continuations.onComplete(
        requireNonNull(key, "key"),
        requireNonNull(name, "name"),
        requireNonNull(options, "options"),
        requireNonNull(continuation, "continuation"),
        onlyIfRunning);
  }

  @Override
  public final boolean removeOnComplete(K key, String name) {
    return continuations.remove(requireNonNull(key, "key"), requireNonNull(name, "name"));
  }

  @Override
  public final KeyState<V> state(K key) {
    return continuations.state(requireNonNull(key, "key"));
  }

  @Override
  public final ChangeHub<K> changes() {
    return notifier.hub;
  }

  @Override
  public final KeyAwaiter<K, V> awaiter() {
    return awaiter;
  }

  @Override
  public final Events<K, V> events() {
    return notifier.events();
  }

  @Override
  public final StateListenerHandle onStateChanged(StateListener<? super K, ? super V> listener) {
    requireNonNull(listener, "listener");
    core.requireOpen();
    return notifier.listeners.add(listener);
  }

  @Override
  public final Iterator<EntryView<K, V>> entries() {
    return snapshots.iterator();
  }

  @Override
  public final void restore(
      Predicate<? super K> partition, Iterator<? extends EntryView<K, V>> entries) {
    requireNonNull(partition, "partition");
    requireNonNull(entries, "entries");
    snapshots.restore(partition, entries);
  }

  @Override
  public final void merge(Iterator<? extends EntryView<K, V>> entries) {
    requireNonNull(entries, "entries");
    snapshots.merge(entries);
  }

  @Override
  public final List<InFlight<K>> inFlight() {
    return control.inFlight();
  }

  @Override
  public final String name() {
    return core.config.name();
  }

  @Override
  public final int inFlightCount() {
    return gauges.inFlight();
  }

  @Override
  public final int awaiterCount() {
    return gauges.awaiters();
  }

  @Override
  public final Optional<Duration> oldestFetchAge() {
    return gauges.oldestAge();
  }

  @Override
  public final CacheStats stats() {
    return core.stats.stats(notifier.droppedEvents(), notifier.listeners.coalesced());
  }

  @Override
  public final boolean isRecordingStats() {
    return core.stats.isEnabled();
  }

  @Override
  public final CompletableFuture<Void> ledgerSettled() {
    LedgerLink<K, V> ledger = core.ledger;
    return ledger == null ? CompletableFuture.completedFuture(null) : ledger.settled();
  }

  @Override
  public final void close() {
    plainHits = Collections.emptyMap();
    if (remote != null) {
      remote.close();
    }
    control.close();
  }

  @Override
  public final String toString() {
    return "CoalescingCache[%s, about %d values]".formatted(core.config.name(), estimatedSize());
  }
}
