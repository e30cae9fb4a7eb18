package dev.slipstream;

import static java.util.Objects.requireNonNull;

import dev.slipstream.canal.Events;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.Registration;
import dev.slipstream.view.EntryView;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.KeyAwaiter;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The doors: each checks its arguments and leads to the {@link Engine} or the {@link Writer}. */
class SlipstreamCache<K, V> implements CoalescingCache<K, V> {
  final Engine<K, V> engine;
  final BulkCalls<K, V> bulk;
  private final Writer<K, V> writer;
  private final ConcurrentMap<K, V> map;
  private final EntryViews<K, V> views;
  private final Restorer<K, V> restorer;
  private final KeyAwaiter<K, V> awaiter;

  SlipstreamCache(Engine<K, V> engine) {
    this.engine = engine;
    this.bulk = new BulkCalls<>(engine);
    this.writer = new Writer<>(engine);
    this.map = new L1MapView<>(engine, writer);
    this.views = new EntryViews<>(engine);
    this.restorer = new Restorer<>(engine, writer, views);
    this.awaiter = engine.changes.awaiter(engine);
  }

  @Override
  public final FetchHandle<V> getOrFetch(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    CachedValue<V> hit = hit(key);
    return hit != null ? hit : engine.fetch(key, BlockingLoad.of(loader));
  }

  @Override
  public final FetchHandle<V> getOrFetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    CachedValue<V> hit = hit(key);
    return hit != null ? hit : engine.fetch(key, loader);
  }

  /**
   * The way of most calls: one look into Caffeine, and no more if the entry is all that is wanted.
   */
  private @Nullable CachedValue<V> hit(K key) {
    CachedValue<V> found = engine.find(key);
    return found != null && engine.hitsArePlain ? found : engine.hit(key, found);
  }

  @Override
  public final @Nullable V get(K key, Loader<? super K, ? extends V> loader) {
    return Blocking.await(getOrFetch(key, loader), key, engine);
  }

  @Override
  public final @Nullable V get(K key, Loader<? super K, ? extends V> loader, Duration timeout) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    requireNonNull(timeout, "timeout");
    return Blocking.await(getOrFetch(key, loader), key, engine, timeout);
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
    return Blocking.await(bulk.fetch(keys, loader), engine);
  }

  @Override
  public final FetchHandle<V> refresh(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    return engine.refresh(key, BlockingLoad.of(loader));
  }

  @Override
  public final FetchHandle<V> refresh(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    return engine.refresh(key, loader);
  }

  @Override
  public final void prefetch(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    engine.prefetch(key, BlockingLoad.of(loader));
  }

  @Override
  public final void prefetch(K key, AsyncLoader<? super K, ? extends V> loader) {
    requireNonNull(key, "key");
    requireNonNull(loader, "loader");
    engine.prefetch(key, loader);
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
    return engine.joinIfInFlight(requireNonNull(key, "key"));
  }

  @Override
  public final void put(K key, V value) {
    writer.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
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
    engine.requireOpen();
    checked.forEach(writer::put);
  }

  @Override
  public final void invalidate(K key) {
    writer.remove(requireNonNull(key, "key"));
  }

  @Override
  public final void invalidateAll() {
    writer.clear();
  }

  @Override
  public final void invalidateAll(Collection<? extends K> keys) {
    requireNonNull(keys, "keys");
    keys.forEach(key -> requireNonNull(key, "keys: one of them is null"));
    engine.requireOpen();
    keys.forEach(writer::remove);
  }

  @Override
  public final boolean abort(K key, Throwable cause) {
    return engine.abort(requireNonNull(key, "key"), requireNonNull(cause, "cause"));
  }

  @Override
  public final ConcurrentMap<K, V> asMap() {
    return map;
  }

  @Override
  public final long estimatedSize() {
    return engine.l1.estimatedSize();
  }

  @Override
  public final void cleanUp() {
    engine.requireOpen();
    engine.reapCollected();
    engine.l1.cleanUp();
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
    return engine.onComplete(
        requireNonNull(key, "key"),
        requireNonNull(name, "name"),
        requireNonNull(options, "options"),
        requireNonNull(continuation, "continuation"),
        onlyIfRunning);
  }

  @Override
  public final boolean removeOnComplete(K key, String name) {
    return engine.removeOnComplete(requireNonNull(key, "key"), requireNonNull(name, "name"));
  }

  @Override
  public final KeyState<V> state(K key) {
    return engine.state(requireNonNull(key, "key"));
  }

  @Override
  public final ChangeHub<K> changes() {
    return engine.changes.hub;
  }

  @Override
  public final KeyAwaiter<K, V> awaiter() {
    return awaiter;
  }

  @Override
  public final Events<K, V> events() {
    return engine.changes.events();
  }

  @Override
  public final StateListenerHandle onStateChanged(StateListener<? super K, ? super V> listener) {
    requireNonNull(listener, "listener");
    engine.requireOpen();
    return engine.changes.listeners.add(listener);
  }

  @Override
  public final Iterator<EntryView<K, V>> entries() {
    return views.iterator();
  }

  @Override
  public final void restore(
      Predicate<? super K> partition, Iterator<? extends EntryView<K, V>> entries) {
    requireNonNull(partition, "partition");
    requireNonNull(entries, "entries");
    restorer.restore(partition, entries);
  }

  @Override
  public final void merge(Iterator<? extends EntryView<K, V>> entries) {
    requireNonNull(entries, "entries");
    restorer.merge(entries);
  }

  @Override
  public final List<InFlight<K>> inFlight() {
    return engine.inFlight();
  }

  @Override
  public final CacheStats stats() {
    return new CacheStats(engine.stats, engine.changes.droppedEvents());
  }

  @Override
  public final void close() {
    engine.close();
  }

  @Override
  public final String toString() {
    return "CoalescingCache[%s, about %d values]".formatted(engine.name, estimatedSize());
  }
}
