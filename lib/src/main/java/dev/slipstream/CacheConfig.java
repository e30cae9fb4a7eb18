package dev.slipstream;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.canal.CheckpointStore;
import dev.slipstream.internal.Texts;
import dev.slipstream.internal.Timer;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.watch.EventSink;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the builder decided for one cache. Immutable.
 *
 * @param executor runs loaders
 * @param callbacks runs continuations, deliveries, hooks and removal listeners
 * @param timer ends what takes too long
 * @param collected gets the slots of flights that were collected
 * @param finishesAbandoned whether a fetch runs on when its last caller has left
 * @param fetchTimeoutNanos zero for none
 * @param ttlJitter by what part of itself expireAfterWrite is shortened at most, at random
 * @param freshness when entries are renewed before they expire
 * @param limits how many loads there may be at once; null if any
 * @param eventSinkQueue how many events may wait for the sink, if there is one
 * @param ledgerOptions how the ledger is used, if there is one
 */
record CacheConfig<K, V>(
    String name,
    Executor executor,
    CallbackExecutor callbacks,
    Timer timer,
    ReferenceQueue<Load> collected,
    boolean recordStats,
    boolean finishesAbandoned,
    long fetchTimeoutNanos,
    @Nullable Function<? super V, ? extends K> identity,
    @Nullable InsertCallback<K, V> insertCallback,
    @Nullable Integer initialCapacity,
    @Nullable Long maximumSize,
    @Nullable Long maximumWeight,
    @Nullable Weigher<? super K, ? super V> weigher,
    @Nullable Duration expireAfterWrite,
    @Nullable Duration expireAfterAccess,
    @Nullable Expiry<? super K, ? super V> expiry,
    double ttlJitter,
    Freshness freshness,
    @Nullable FetchLimits limits,
    @Nullable Duration absentTtl,
    @Nullable Scheduler scheduler,
    @Nullable Ticker ticker,
    @Nullable RemovalListener<? super K, ? super V> removalListener,
    @Nullable RemovalListener<? super K, ? super V> evictionListener,
    @Nullable EventSink<? super K, ? super V> eventSink,
    int eventSinkQueue,
    @Nullable Integer eventJournal,
    @Nullable CheckpointStore checkpointStore,
    @Nullable FetchListeners<K> fetchListeners,
    @Nullable LoaderInterceptors<K, V> loaderInterceptors,
    @Nullable ContextPropagator contextPropagator,
    @Nullable Discards<K, V> discards,
    @Nullable FetchLedger<K, V> ledger,
    LedgerOptions ledgerOptions) {

  /** Returns the continuations of something that has ended, of a key if it is known. */
  Continuations<V> completed(Outcome<V> outcome, @Nullable Object key) {
    Object owner = key == null ? "a cached value in " + name : new Owner(name, key);
    Continuations<V> continuations = Continuations.create(callbacks, owner);
    continuations.complete(outcome);
    return continuations;
  }

  /** Returns whether entries expire. */
  boolean expires() {
    return expireAfterWrite != null || expireAfterAccess != null || expiry != null;
  }

  /** What log messages call a key of this cache. */
  Object ownerOf(Object key) {
    return new Owner(name, key);
  }

  private record Owner(String cache, Object key) {
    @Override
    public String toString() {
      return "key " + Texts.of(key) + " in cache " + cache;
    }
  }
}
