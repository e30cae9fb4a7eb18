package dev.slipstream;

import static dev.slipstream.internal.Arguments.notNegative;
import static dev.slipstream.internal.Arguments.requirePositive;
import static dev.slipstream.internal.Arguments.requireUnset;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.canal.CheckpointStore;
import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Threads;
import dev.slipstream.internal.Timer;
import dev.slipstream.ledger.FetchLedger;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.watch.EventSink;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds caches. Each setting is named as in Caffeine where Caffeine has it, may be made once, and
 * is checked against the others when the cache is built.
 *
 * <pre>{@code
 * CoalescingCache<Integer, User> users =
 *     CoalescingCache.builder()
 *         .name("users")
 *         .maximumSize(10_000)
 *         .expireAfterWrite(Duration.ofMinutes(5))
 *         .fetchTimeout(Duration.ofSeconds(5))
 *         .build();
 * }</pre>
 *
 * <p>By default there is no bound, no expiry and no timeout. Set a bound, and set {@link
 * #fetchTimeout}: it is what ends a load that would never end.
 *
 * <p>A setting that was made already, or that contradicts another, is an {@link
 * IllegalStateException} that names both; a value out of range is an {@link
 * IllegalArgumentException}, and a null one a {@link NullPointerException}.
 *
 * <p>A builder is used by one thread; each {@code build} gives a cache of its own.
 *
 * @param <K> the most general type of keys the caches can have
 * @param <V> the most general type of values the caches can have
 */
public final class CoalescingCacheBuilder<K, V> {
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final int DEFAULT_SINK_QUEUE = 1024;

  private @Nullable Integer initialCapacity;
  private @Nullable Long maximumSize;
  private @Nullable Long maximumWeight;
  private @Nullable Weigher<? super K, ? super V> weigher;
  private @Nullable Duration expireAfterWrite;
  private @Nullable Duration expireAfterAccess;
  private @Nullable Expiry<? super K, ? super V> expiry;
  private @Nullable Executor executor;
  private @Nullable Executor continuationExecutor;
  private @Nullable Scheduler scheduler;
  private @Nullable Ticker ticker;
  private @Nullable RemovalListener<? super K, ? super V> removalListener;
  private @Nullable RemovalListener<? super K, ? super V> evictionListener;
  private boolean recordStats;
  private @Nullable String name;
  private @Nullable Duration fetchTimeout;
  private @Nullable Double ttlJitter;
  private final FreshnessSettings freshness = new FreshnessSettings();
  private @Nullable FetchLimits limits;
  private @Nullable Duration absentTtl;
  private @Nullable AbandonPolicy abandonPolicy;
  private @Nullable Function<? super V, ? extends K> identity;
  private @Nullable InsertCallback<K, V> insertCallback;
  private @Nullable EventSink<? super K, ? super V> eventSink;
  private int eventSinkQueue;
  private @Nullable Integer eventJournal;
  private @Nullable CheckpointStore checkpointStore;
  private final List<FetchListener<? super K>> fetchListeners = new ArrayList<>();
  private final List<LoaderInterceptor<K, V>> interceptors = new ArrayList<>();
  private @Nullable ContextPropagator contextPropagator;
  private @Nullable DiscardListener<? super K, ? super V> discardListener;
  private @Nullable FetchLedger<K, V> ledger;
  private @Nullable LedgerOptions ledgerOptions;

  // What tests replace, to drive a cache by hand.
  private Executor defaultExecutor = Threads.executor();
  private Timer timer = Threads.timer();
  private @Nullable ReferenceQueue<Load> collected;

  CoalescingCacheBuilder() {}

  /** Replaces the executor that all caches share; for tests. */
  CoalescingCacheBuilder<K, V> defaultExecutor(Executor defaultExecutor) {
    this.defaultExecutor = defaultExecutor;
    return this;
  }

  /** Replaces the timer that all caches share; for tests. */
  CoalescingCacheBuilder<K, V> timer(Timer timer) {
    this.timer = timer;
    return this;
  }

  /** Replaces the queue in which the collector puts the slots of lost flights; for tests. */
  CoalescingCacheBuilder<K, V> collected(ReferenceQueue<Load> collected) {
    this.collected = collected;
    return this;
  }

  /**
   * Returns a builder with the settings of a specification in Caffeine's format, such as {@code
   * "maximumSize=10000, expireAfterWrite=5m"}.
   *
   * @param caffeineSpec the settings, by commas: initialCapacity, maximumSize, maximumWeight,
   *     expireAfterWrite, expireAfterAccess, recordStats. Durations are numbers with d, h, m or s,
   *     or in ISO-8601
   * @return the builder
   * @throws IllegalArgumentException if the text is malformed, or asks for weakKeys, weakValues, or
   *     softValues; the message names the part
   */
  public static CoalescingCacheBuilder<Object, Object> from(String caffeineSpec) {
    return SpecParser.parse(Objects.requireNonNull(caffeineSpec, "caffeineSpec"));
  }

  /**
   * Sets how many entries the cache makes room for at the start.
   *
   * @param initialCapacity a number of entries, not negative
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> initialCapacity(int initialCapacity) {
    requireUnset(this.initialCapacity, "initialCapacity", initialCapacity);
    notNegative("initialCapacity", initialCapacity);
    this.initialCapacity = initialCapacity;
    return this;
  }

  /**
   * Bounds the number of cached entries. Fetches in flight take no room.
   *
   * @param maximumSize a number of entries, not negative
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> maximumSize(long maximumSize) {
    requireUnset(this.maximumSize, "maximumSize", maximumSize);
    requireNotBoth(maximumWeight, "maximumWeight", "maximumSize");
    requireNotBoth(weigher, "weigher", "maximumSize");
    notNegative("maximumSize", maximumSize);
    this.maximumSize = maximumSize;
    return this;
  }

  /**
   * Bounds the total weight of the cached entries; needs a {@link #weigher}.
   *
   * @param maximumWeight a weight, not negative
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> maximumWeight(long maximumWeight) {
    requireUnset(this.maximumWeight, "maximumWeight", maximumWeight);
    requireNotBoth(maximumSize, "maximumSize", "maximumWeight");
    notNegative("maximumWeight", maximumWeight);
    this.maximumWeight = maximumWeight;
    return this;
  }

  /**
   * Sets what an entry weighs; needs a {@link #maximumWeight}. It runs inside an atomic step of the
   * map: what it throws fails the fetch with {@link InsertFailedException}.
   *
   * @param weigher gives a weight that is not negative
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> weigher(
      Weigher<? super K1, ? super V1> weigher) {
    Objects.requireNonNull(weigher, "weigher");
    requireUnset(this.weigher, "weigher", weigher);
    requireNotBoth(maximumSize, "maximumSize", "weigher");
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.weigher = weigher;
    return self;
  }

  /**
   * Lets entries expire a time after they were written.
   *
   * @param duration a time by the {@link #ticker}, not negative; zero stores nothing for long
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> expireAfterWrite(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    requireUnset(expireAfterWrite, "expireAfterWrite", duration);
    requireNotBoth(expiry, "expireAfter", "expireAfterWrite");
    notNegative("expireAfterWrite", duration);
    expireAfterWrite = duration;
    return this;
  }

  /**
   * Lets entries expire a time after they were last written or read.
   *
   * @param duration a time by the {@link #ticker}, not negative; zero stores nothing for long
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> expireAfterAccess(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    requireUnset(expireAfterAccess, "expireAfterAccess", duration);
    requireNotBoth(expiry, "expireAfter", "expireAfterAccess");
    notNegative("expireAfterAccess", duration);
    expireAfterAccess = duration;
    return this;
  }

  /**
   * Lets each entry expire at a time of its own. The function runs inside an atomic step of the
   * map: what it throws when a fetch stores its value fails the fetch with {@link
   * InsertFailedException}.
   *
   * @param expiry gives nanoseconds by the {@link #ticker}
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> expireAfter(
      Expiry<? super K1, ? super V1> expiry) {
    Objects.requireNonNull(expiry, "expiry");
    requireUnset(this.expiry, "expireAfter", expiry);
    requireNotBoth(expireAfterWrite, "expireAfterWrite", "expireAfter");
    requireNotBoth(expireAfterAccess, "expireAfterAccess", "expireAfter");
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.expiry = expiry;
    return self;
  }

  /**
   * Sets where loaders run. By default an executor that all caches share: virtual threads where the
   * JDK has them, else a cached pool of daemon threads. A loader that an executor rejects fails its
   * fetch; one that it drops silently is bounded by {@link #fetchTimeout} only.
   *
   * @param executor runs loaders; never closed by the cache
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> executor(Executor executor) {
    Objects.requireNonNull(executor, "executor");
    requireUnset(this.executor, "executor", executor);
    this.executor = executor;
    return this;
  }

  /**
   * Sets where continuations, the dependents of handles, abandon hooks and removal listeners run.
   * By default the default executor. What it rejects, by an exception, runs on the library's own
   * pool. An executor must not drop a task silently, as one with a discarding policy does: a handle
   * with dependents would never complete, not even when the cache is closed.
   *
   * @param continuationExecutor runs callbacks; never closed by the cache
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> continuationExecutor(Executor continuationExecutor) {
    Objects.requireNonNull(continuationExecutor, "continuationExecutor");
    requireUnset(this.continuationExecutor, "continuationExecutor", continuationExecutor);
    this.continuationExecutor = continuationExecutor;
    return this;
  }

  /**
   * Sets the scheduler that prompts the removal of expired entries. By default they are removed
   * when the cache is used.
   *
   * @param scheduler runs maintenance later
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> scheduler(Scheduler scheduler) {
    Objects.requireNonNull(scheduler, "scheduler");
    requireUnset(this.scheduler, "scheduler", scheduler);
    this.scheduler = scheduler;
    return this;
  }

  /**
   * Sets the clock of expiry. Timeouts and ages of fetches always go by the wall clock.
   *
   * @param ticker gives nanoseconds
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> ticker(Ticker ticker) {
    Objects.requireNonNull(ticker, "ticker");
    requireUnset(this.ticker, "ticker", ticker);
    this.ticker = ticker;
    return this;
  }

  /**
   * Sets a listener that is notified, on the continuation executor, of each entry that left and
   * why.
   *
   * @param removalListener is notified; what it throws is logged
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> removalListener(
      RemovalListener<? super K1, ? super V1> removalListener) {
    Objects.requireNonNull(removalListener, "removalListener");
    requireUnset(this.removalListener, "removalListener", removalListener);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.removalListener = removalListener;
    return self;
  }

  /**
   * Sets a listener that is notified of each entry that is evicted, inside the atomic step that
   * removes it. It should be short, and must not use the cache.
   *
   * @param evictionListener is notified; what it throws is logged
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> evictionListener(
      RemovalListener<? super K1, ? super V1> evictionListener) {
    Objects.requireNonNull(evictionListener, "evictionListener");
    requireUnset(this.evictionListener, "evictionListener", evictionListener);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.evictionListener = evictionListener;
    return self;
  }

  /**
   * Turns on the counts of {@link CoalescingCache#stats()}.
   *
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> recordStats() {
    if (recordStats) {
      throw new IllegalStateException("recordStats is set already: it cannot be set again");
    }
    recordStats = true;
    return this;
  }

  /**
   * Sets the name that appears in the cache's log messages and exceptions. By default "cache-" and
   * a number.
   *
   * @param name a name, not blank
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> name(String name) {
    Objects.requireNonNull(name, "name");
    requireUnset(this.name, "name", name);
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "name is blank: give one that can be recognized in log messages");
    }
    this.name = name;
    return this;
  }

  /**
   * Bounds how long a fetch may take, for all callers that wait for it, from its start. When the
   * time has elapsed its callers get a {@link FetchTimeoutException} and its loader is cancelled.
   *
   * @param duration a time on the wall clock, more than zero
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> fetchTimeout(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    requireUnset(fetchTimeout, "fetchTimeout", duration);
    requirePositive("fetchTimeout", duration);
    fetchTimeout = duration;
    return this;
  }

  /**
   * Shortens the time to live of each write by a random part of it, so that what was loaded
   * together does not expire together. With {@code expireAfterWrite(10 minutes)} and a fraction of
   * 0.1 each entry lives between 9 and 10 minutes. It concerns loads and puts; not what is
   * restored, nor a load that calls {@link FetchContext#expireAfter}.
   *
   * @param fraction the greatest part of {@code expireAfterWrite}, from 0 up to but not 1
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> ttlJitter(double fraction) {
    requireUnset(ttlJitter, "ttlJitter", fraction);
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "ttlJitter must be 0 or more and less than 1, but is " + fraction);
    }
    ttlJitter = fraction;
    return this;
  }

  /**
   * Makes entries due for renewal at an age, while they are still served: the first call that reads
   * a due entry, by {@code getOrFetch}, {@code get}, {@code prefetch} or for many keys, gets its
   * value at once, as one of {@link Origin#STALE}, and starts a fetch with its loader that replaces
   * it. The fetch calls {@link Loader#reload} with the cached value; nobody waits for it, though it
   * can be joined, and a leave does not abandon it. If it fails, the value stays, and the next try
   * waits for the {@link #failureBackoff}. Other reads, such as {@code getIfPresent}, start
   * nothing.
   *
   * <pre>{@code
   * LoadingCoalescingCache<Integer, User> users =
   *     CoalescingCache.builder()
   *         .expireAfterWrite(Duration.ofMinutes(10))
   *         .refreshAfterWrite(Duration.ofMinutes(1))
   *         .build(id -> queryUser(id));
   * }</pre>
   *
   * @param duration an age by the {@link #ticker}, more than zero and less than {@code
   *     expireAfterWrite}, if that is set
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> refreshAfterWrite(Duration duration) {
    freshness.refreshAfterWrite(duration);
    return this;
  }

  /**
   * Has a hit refresh its entry in the background, now and then, before it expires: the more likely
   * the less time it has left and the longer its own load took. So a key that is asked for often is
   * hardly ever missed, and many of them do not expire at the same time. It needs {@code
   * expireAfterWrite} or {@code expireAfter}.
   *
   * <p>A hit at {@code now} does so if {@code now - load * beta * ln(u)} has reached the expiry,
   * where {@code load} is how long the entry's load took, and {@code u} is drawn uniformly from (0,
   * 1]: Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB
   * 2015. What was put or restored is not refreshed early.
   *
   * @param beta how early: 1.0 is the usual, more is earlier; more than 0 and finite
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> earlyRefresh(double beta) {
    freshness.earlyRefresh(beta);
    return this;
  }

  /**
   * Sets how long a refresh waits after one that failed: {@code min} after the first failure, twice
   * as long after each that follows, and {@code max} at most. Of that a part is drawn between half
   * and the whole. A load that succeeds and a write start anew. By default 100 ms and 10 s.
   *
   * @param min a time by the {@link #ticker}, zero or more
   * @param max not less than {@code min}; zero for both: refreshes never wait
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> failureBackoff(Duration min, Duration max) {
    freshness.failureBackoff(min, max);
    return this;
  }

  /**
   * Keeps a value for a time after it has expired, for callers whose fetch fails: {@link
   * #staleIfError(Duration, Predicate)} with all failures.
   *
   * @param duration a time by the {@link #ticker}, more than zero
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> staleIfError(Duration duration) {
    return staleIfError(duration, failure -> true);
  }

  /**
   * Keeps a value for a time after it has expired, for callers whose fetch fails: they get it in
   * place of the failure, and the origin of their handles is then {@link Origin#STALE}. Until the
   * {@link #failureBackoff} is over, callers get it at once, without a fetch. Nothing else sees it:
   * for {@code getIfPresent}, {@code asMap}, snapshots and listeners it has expired. Continuations,
   * events and statistics get the failure. As many values are kept, or as heavy ones, as the cache
   * may have entries; a write to the key, an invalidation, and a load that succeeds or finds
   * nothing remove its value.
   *
   * <p>Not covered are a close, an abort, a recursive fetch, and what the identity check or the
   * insert callback refuses. It needs an expiry.
   *
   * @param duration a time by the {@link #ticker}, from the entry's own expiry on; more than zero
   * @param failures in place of which failures callers get the value; for one that makes it throw,
   *     they do not
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> staleIfError(
      Duration duration, Predicate<? super Throwable> failures) {
    freshness.staleIfError(duration, failures);
    return this;
  }

  /**
   * Has callers wait no longer than this for the fetch of a key whose expired value is kept by
   * {@link #staleIfError(Duration)}: they get that value, and the origin of their handles is then
   * {@link Origin#STALE}. The fetch goes on without them, even if all others leave, up to the
   * {@link #fetchTimeout}; callers that come later get the expired value at once. The caller of a
   * {@code refresh} still waits for the fetch, and so does every caller of a key without such a
   * value.
   *
   * <p>A blocking loader that runs on its caller's own thread, since the executor runs its tasks
   * there, keeps that caller until it returns.
   *
   * @param duration a time from the start of the fetch, on the wall clock; more than zero, and less
   *     than {@link #fetchTimeout} if that is set
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> softTimeout(Duration duration) {
    freshness.softTimeout(duration);
    return this;
  }

  /**
   * Bounds how many loads run at once, so that a slow backend is not asked for more than it can
   * take. A bulk load counts as one; a load counts until its fetch has ended, also if its loader
   * does not return when it is cancelled. Further loads wait in order; callers join, leave and time
   * out meanwhile as ever, and one whose last caller leaves never starts. It starts as a task on
   * the {@link #executor}. Past that a fetch fails at once with a {@link FetchRejectedException},
   * which {@link #staleIfError(Duration)} covers like any other failure.
   *
   * <p>A load that itself waits for another key of this cache keeps its place meanwhile. If all
   * that run wait for loads that are queued, none goes on until the {@link #fetchTimeout}: set one,
   * or load such keys through another cache.
   *
   * @param running how many run, 1 or more
   * @param queued how many wait, 0 or more
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> maxConcurrentFetches(int running, int queued) {
    FetchLimits given = new FetchLimits(running, queued);
    requireUnset(limits, "maxConcurrentFetches", given);
    if (running < 1 || queued < 0) {
      throw new IllegalArgumentException(
          "maxConcurrentFetches needs 1 or more running and 0 or more queued, but they are %d and %d"
              .formatted(running, queued));
    }
    limits = given;
    return this;
  }

  /**
   * Remembers for a time that the load of a key has failed: {@link #failureTtl(Duration,
   * Predicate)} with all failures.
   *
   * @param duration a time by the {@link #ticker}, more than zero
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> failureTtl(Duration duration) {
    return failureTtl(duration, failure -> true);
  }

  /**
   * Remembers for a time that the load of a key has failed. Until then a caller that finds no value
   * gets that failure at once ({@link Origin#HIT}), and starts no fetch. As many failures are kept
   * as the cache may have entries. A put, an invalidation, a restore and a load that succeeds clear
   * that of their key; {@code refresh} loads all the same.
   *
   * <p>Not remembered is what no load has brought: a close, an abort, a recursive fetch, an
   * executor that rejects; nor the failure of a fetch that was fenced.
   *
   * @param duration a time by the {@link #ticker}, more than zero
   * @param failures which failures are remembered; for one that makes it throw, none is
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> failureTtl(
      Duration duration, Predicate<? super Throwable> failures) {
    freshness.failureTtl(duration, failures);
    return this;
  }

  /**
   * Remembers for a time that a key has no value: negative caching. As many such marks are kept as
   * the cache may have entries.
   *
   * @param duration a time by the {@link #ticker}, more than zero
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> absentTtl(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    requireUnset(absentTtl, "absentTtl", duration);
    requirePositive("absentTtl", duration);
    absentTtl = duration;
    return this;
  }

  /**
   * Sets what happens to a fetch whose last caller has left. By default {@link
   * AbandonPolicy#CANCEL}.
   *
   * @param abandonPolicy cancel it, or let it finish
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> abandonPolicy(AbandonPolicy abandonPolicy) {
    Objects.requireNonNull(abandonPolicy, "abandonPolicy");
    requireUnset(this.abandonPolicy, "abandonPolicy", abandonPolicy);
    this.abandonPolicy = abandonPolicy;
    return this;
  }

  /**
   * Checks that what was loaded is what was asked for: its own id must equal the key, or the fetch
   * fails with {@link IdentityMismatchException}.
   *
   * @param identity gives a value's id; what it throws fails the fetch with {@link
   *     InsertFailedException}
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> identity(
      Function<? super V1, ? extends K1> identity) {
    Objects.requireNonNull(identity, "identity");
    requireUnset(this.identity, "identity", identity);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.identity = identity;
    return self;
  }

  /**
   * Sets the callback that decides what is stored when a fetch has succeeded. By default the
   * fetched value is.
   *
   * @param insertCallback returns the canonical value
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> onInsert(
      InsertCallback<K1, V1> insertCallback) {
    Objects.requireNonNull(insertCallback, "insertCallback");
    requireUnset(this.insertCallback, "onInsert", insertCallback);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.insertCallback = insertCallback;
    return self;
  }

  /**
   * Sets a sink that gets the cache's events, with up to 1,024 of them waiting for it.
   *
   * @param eventSink gets each event, as {@link #eventSink(EventSink, int)} describes
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> eventSink(
      EventSink<? super K1, ? super V1> eventSink) {
    return eventSink(eventSink, DEFAULT_SINK_QUEUE);
  }

  /**
   * Sets a sink that gets the cache's events after they happened, one after another on the default
   * executor, whatever executors the builder is given. It may be slow, throw or block: the cache
   * does not wait for it. When more events wait for it than the queue holds, the oldest are dropped
   * and counted in {@link CacheStats#droppedEventCount}. What it throws is logged.
   *
   * <p>The events of one fetch, and of one thread, come in the order in which they happened. A
   * write is recorded after it was made, not within L1's atomic step: writes of several threads to
   * one key may come in either order.
   *
   * @param eventSink gets each event
   * @param queueSize how many events may wait for it, at least 1
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> eventSink(
      EventSink<? super K1, ? super V1> eventSink, int queueSize) {
    Objects.requireNonNull(eventSink, "eventSink");
    requireUnset(this.eventSink, "eventSink", eventSink);
    requirePositive("eventSink's queueSize", queueSize);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.eventSink = eventSink;
    self.eventSinkQueue = queueSize;
    return self;
  }

  /**
   * Keeps the latest events in a journal, to be read through {@link CoalescingCache#events} and
   * awaited by {@link CoalescingCache#awaiter}. The journal holds their keys and values. By default
   * there is none, and no event is made.
   *
   * @param events how many to keep, at least 1
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> eventJournal(int events) {
    requireUnset(eventJournal, "eventJournal", events);
    requirePositive("eventJournal", events);
    eventJournal = events;
    return this;
  }

  /**
   * Sets where the checkpoints of cursors are kept. By default in memory, as long as the cache.
   *
   * @param checkpointStore keeps them; it is not closed with the cache
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> checkpointStore(CheckpointStore checkpointStore) {
    Objects.requireNonNull(checkpointStore, "checkpointStore");
    requireUnset(this.checkpointStore, "checkpointStore", checkpointStore);
    this.checkpointStore = checkpointStore;
    return this;
  }

  /**
   * Adds a listener that is notified of the start and end of each fetch, and of the callers that
   * join and leave it. Several may be added: they are called in that order. By default there is
   * none.
   *
   * @param fetchListener is called with no lock held, and must be quick; what it throws is logged
   * @param <K1> the type of keys of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K> CoalescingCacheBuilder<K1, V> fetchListener(
      FetchListener<? super K1> fetchListener) {
    CoalescingCacheBuilder<K1, V> self = narrowed();
    self.fetchListeners.add(Objects.requireNonNull(fetchListener, "fetchListener"));
    return self;
  }

  /**
   * Adds an interceptor round every load. Several may be added: the first is the outermost. By
   * default there is none.
   *
   * @param loaderInterceptor starts each load, or answers without one
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> loaderInterceptor(
      LoaderInterceptor<K1, V1> loaderInterceptor) {
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.interceptors.add(Objects.requireNonNull(loaderInterceptor, "loaderInterceptor"));
    return self;
  }

  /**
   * Carries the context of the caller that starts a fetch to the threads that run its loader, its
   * insert callback and the continuations on that caller's handle. By default nothing is carried.
   *
   * @param contextPropagator captures and opens contexts
   * @return this builder
   */
  public CoalescingCacheBuilder<K, V> contextPropagator(ContextPropagator contextPropagator) {
    Objects.requireNonNull(contextPropagator, "contextPropagator");
    requireUnset(this.contextPropagator, "contextPropagator", contextPropagator);
    this.contextPropagator = contextPropagator;
    return this;
  }

  /**
   * Sets a listener that is notified, on the continuation executor, of each loaded value that
   * reached neither a caller nor the cache. By default such values are dropped.
   *
   * @param discardListener releases what a value holds; what it throws is logged
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> discardListener(
      DiscardListener<? super K1, ? super V1> discardListener) {
    Objects.requireNonNull(discardListener, "discardListener");
    requireUnset(this.discardListener, "discardListener", discardListener);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.discardListener = discardListener;
    return self;
  }

  /**
   * Shares fetches with all caches that use the same ledger, with the default options: see {@link
   * #ledger(FetchLedger, LedgerOptions)}.
   *
   * @param ledger the ledger; not closed with the cache
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> ledger(
      FetchLedger<K1, V1> ledger) {
    return ledger(ledger, LedgerOptions.builder().build());
  }

  /**
   * Shares fetches with all caches that use the same ledger: one of them loads a key, the others
   * wait for its value; writes and invalidations reach them all. The page {@code docs/ledger.md} of
   * the sources describes it. By default a cache shares nothing.
   *
   * @param ledger the ledger; not closed with the cache
   * @param options how to use it
   * @param <K1> the type of keys of the caches to build
   * @param <V1> the type of values of the caches to build
   * @return this builder, narrowed
   */
  public <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> ledger(
      FetchLedger<K1, V1> ledger, LedgerOptions options) {
    Objects.requireNonNull(ledger, "ledger");
    Objects.requireNonNull(options, "options");
    requireUnset(this.ledger, "ledger", ledger);
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    self.ledger = ledger;
    self.ledgerOptions = options;
    return self;
  }

  /**
   * Builds a cache whose callers bring their loaders.
   *
   * @param <K1> the type of its keys
   * @param <V1> the type of its values
   * @return a cache
   * @throws IllegalStateException if the settings contradict each other
   */
  public <K1 extends K, V1 extends V> CoalescingCache<K1, V1> build() {
    return new SlipstreamCache<>(config());
  }

  /**
   * Builds a cache with an asynchronous loader.
   *
   * @param loader starts the work for a key
   * @param <K1> the type of its keys
   * @param <V1> the type of its values
   * @return a cache
   * @throws IllegalStateException if the settings contradict each other
   */
  public <K1 extends K, V1 extends V> LoadingCoalescingCache<K1, V1> build(
      AsyncLoader<? super K1, ? extends V1> loader) {
    Objects.requireNonNull(loader, "loader");
    return new LoadingSlipstreamCache<>(config(), loader, null);
  }

  /**
   * Builds a cache with a blocking loader, which runs on the cache's executor.
   *
   * @param loader computes a key's value
   * @param <K1> the type of its keys
   * @param <V1> the type of its values
   * @return a cache
   * @throws IllegalStateException if the settings contradict each other
   */
  public <K1 extends K, V1 extends V> LoadingCoalescingCache<K1, V1> build(
      Loader<? super K1, ? extends V1> loader) {
    Objects.requireNonNull(loader, "loader");
    return new LoadingSlipstreamCache<>(config(), new BlockingLoader<>(loader), null);
  }

  /**
   * Builds a cache with a loader for one key and one for several.
   *
   * @param loader starts the work for a key
   * @param bulkLoader starts the work for several keys
   * @param <K1> the type of its keys
   * @param <V1> the type of its values
   * @return a cache
   * @throws IllegalStateException if the settings contradict each other
   */
  public <K1 extends K, V1 extends V> LoadingCoalescingCache<K1, V1> build(
      AsyncLoader<? super K1, ? extends V1> loader, BulkLoader<K1, V1> bulkLoader) {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(bulkLoader, "bulkLoader");
    return new LoadingSlipstreamCache<>(config(), loader, bulkLoader);
  }

  /**
   * Builds a cache that gathers the keys it is to load and loads them together: what is asked for
   * within a short time becomes one call of the loader. A key whose callers have all left by then
   * is not asked for, and if all have nothing is loaded. A key without an entry in the loader's map
   * is absent; if the loader fails, the keys of that call fail. {@code getAllOrFetch}, {@code
   * refresh} and {@code prefetch} gather like the others. The {@link #fetchTimeout} includes the
   * gathering.
   *
   * <pre>{@code
   * LoadingCoalescingCache<Integer, User> users =
   *     CoalescingCache.builder()
   *         .maximumSize(10_000)
   *         .buildBatching((keys, context) -> database.usersAsync(keys), 100, Duration.ofMillis(2));
   * }</pre>
   *
   * @param loader starts the work for several keys; called as a task on the {@link #executor}
   * @param maxSize how many keys are loaded together at most, 1 or more: so many do not wait
   * @param maxDelay how long keys gather at most, from the first on, on the wall clock; zero or
   *     more
   * @param <K1> the type of its keys
   * @param <V1> the type of its values
   * @return a cache
   * @throws IllegalArgumentException if {@code maxSize} or {@code maxDelay} is out of range
   * @throws IllegalStateException if the settings contradict each other
   */
  public <K1 extends K, V1 extends V> LoadingCoalescingCache<K1, V1> buildBatching(
      BulkLoader<K1, V1> loader, int maxSize, Duration maxDelay) {
    Objects.requireNonNull(loader, "loader");
    Objects.requireNonNull(maxDelay, "maxDelay");
    if (maxSize < 1) {
      throw new IllegalArgumentException("maxSize must be 1 or more, but is " + maxSize);
    }
    notNegative("maxDelay", maxDelay);
    long delayNanos = Arguments.saturatedNanos(maxDelay);
    AsyncLoader<K1, V1> batching = new BatchingLoader<>(loader, maxSize, delayNanos);
    return new LoadingSlipstreamCache<>(config(), batching, null);
  }

  private <K1 extends K, V1 extends V> CacheConfig<K1, V1> config() {
    if (maximumWeight != null && weigher == null) {
      throw new IllegalStateException(
          "maximumWeight="
              + maximumWeight
              + " needs a weigher, but none was set: call weigher(…), or bound the cache by maximumSize");
    }
    if (weigher != null && maximumWeight == null) {
      throw new IllegalStateException(
          "weigher needs a maximumWeight, but none was set: call maximumWeight(…)");
    }
    if (checkpointStore != null && eventJournal == null) {
      throw new IllegalStateException(
          "checkpointStore needs an eventJournal, but none was set: call eventJournal(…)");
    }
    if (ttlJitter != null && expireAfterWrite == null) {
      throw new IllegalStateException(
          "ttlJitter needs an expireAfterWrite, but none was set: call expireAfterWrite(…)");
    }
    CoalescingCacheBuilder<K1, V1> self = narrowed();
    String named = name != null ? name : "cache-" + NUMBERS.incrementAndGet();
    CallbackExecutor callbacks =
        new CallbackExecutor(continuationExecutor == null ? defaultExecutor : continuationExecutor);
    return new CacheConfig<>(
        named,
        executor == null ? defaultExecutor : executor,
        callbacks,
        timer,
        collected == null ? new ReferenceQueue<>() : collected,
        recordStats,
        abandonPolicy == AbandonPolicy.FINISH,
        fetchTimeout == null ? 0 : Arguments.saturatedNanos(fetchTimeout),
        self.identity,
        self.insertCallback,
        initialCapacity,
        maximumSize,
        maximumWeight,
        self.weigher,
        expireAfterWrite,
        expireAfterAccess,
        self.expiry,
        ttlJitter == null ? 0 : ttlJitter,
        freshness.build(
            expireAfterWrite,
            expireAfterAccess != null,
            expiry != null,
            ttlJitter == null ? 0 : ttlJitter,
            fetchTimeout),
        limits,
        absentTtl,
        scheduler,
        ticker,
        self.removalListener,
        self.evictionListener,
        self.eventSink,
        eventSinkQueue,
        eventJournal,
        checkpointStore,
        listeners(self.fetchListeners, named),
        self.interceptors.isEmpty() ? null : new LoaderInterceptors<>(self.interceptors),
        contextPropagator,
        self.discardListener == null
            ? null
            : new Discards<>(named, self.discardListener, callbacks),
        self.ledger,
        ledgerOptions == null ? LedgerOptions.builder().build() : ledgerOptions);
  }

  private static <K> @Nullable FetchListeners<K> listeners(
      List<FetchListener<? super K>> listeners, String cache) {
    return listeners.isEmpty() ? null : new FetchListeners<>(cache, listeners);
  }

  @SuppressWarnings("unchecked")
  private <K1 extends K, V1 extends V> CoalescingCacheBuilder<K1, V1> narrowed() {
    return (CoalescingCacheBuilder<K1, V1>) this;
  }

  private static void requireNotBoth(@Nullable Object present, String other, String setting) {
    if (present != null) {
      throw new IllegalStateException(
          "%s cannot be combined with %s, which is set to %s".formatted(setting, other, present));
    }
  }
}
