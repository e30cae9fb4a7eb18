package dev.slipstream;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy.VarExpiration;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.slipstream.internal.Arguments;
import dev.slipstream.view.EntryView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values, as entries in a Caffeine cache; and apart from them, in another, the marks of keys
 * that have no value. Maintenance runs inline: on another thread it doubles the cost of a miss.
 */
final class L1<K, V> {
  /** The greatest age of an entry, 146 years: it may grow, and a difference of times holds it. */
  private static final long OLDEST = Long.MAX_VALUE >> 1;

  private final L1Caches<K, V> caches;
  private final Cache<K, CachedValue<V>> entries;
  private final @Nullable Cache<K, CachedValue<V>> absences;
  private final @Nullable RememberedFailures<K> failures;
  private final @Nullable RetainedValues<K, V> retained;
  private final TagIndex<K> tags;
  private final Ticker ticker;

  /** When entries expire; null for never. */
  private final @Nullable Expiry<K, CachedValue<V>> expiry;

  private final Notifier<K, V> notifier;

  /** The time to live from a write, and by how much of it a write's is shortened at most. */
  private final long writeNanos;

  private final double jitteredNanos;

  /** Whether entries know more of themselves than when they were written. */
  private final boolean follows;

  /** Whether entries expire, or the clock is not {@link System#nanoTime}. */
  private final boolean timed;

  /** What callers write now is of this generation. Written under this; read by any. */
  private volatile Generation<V> generation;

  L1(CacheConfig<K, V> config, StatsRecorder stats, Notifier<K, V> notifier, TagIndex<K> tags) {
    this.notifier = notifier;
    this.tags = tags;
    generation = new Generation<>(config, 0, false);
    ticker = config.ticker() == null ? Ticker.systemTicker() : config.ticker();
    follows = config.freshness().followsEntries();
    timed = config.ticker() != null || config.expires() || follows;
    expiry = L1Caches.expiry(config);
    Duration afterWrite = config.expireAfterWrite();
    writeNanos = afterWrite == null ? 0 : Arguments.saturatedNanos(afterWrite);
    jitteredNanos = writeNanos * config.ttlJitter();
    retained = L1Caches.retained(config, ticker, tags);
    caches = new L1Caches<>(config, stats, notifier, retained, tags);
    entries = caches.entries();
    absences = caches.absences();
    failures = L1Caches.failures(config, tags);
  }

  /** Returns the key's entry, or the mark of its absence. */
  @Nullable CachedValue<V> get(K key) {
    CachedValue<V> entry = entries.getIfPresent(key);
    return entry != null || absences == null ? entry : absences.getIfPresent(key);
  }

  /** Returns the key's entry, or the mark of its absence, which is not thereby read. */
  @Nullable CachedValue<V> peekAny(K key) {
    CachedValue<V> entry = peek(key);
    return entry != null || absences == null ? entry : absences.policy().getIfPresentQuietly(key);
  }

  /** Returns the key's entry, which is not thereby read. */
  @Nullable CachedValue<V> peek(K key) {
    return entries.policy().getIfPresentQuietly(key);
  }

  /** Returns whether this very instance is the key's value. */
  boolean holds(K key, V value) {
    try {
      CachedValue<V> entry = peek(key);
      return entry != null && entry.value() == value;
    } catch (RuntimeException e) { // of the key's own methods: it is not found here
      return false;
    }
  }

  /**
   * Stores what a flight loaded, in the place of the entry it is to replace, or where there is
   * none: it may have expired or been evicted meanwhile. (To remove it fences the flights that
   * began earlier.) Returns whether a value was stored. If the entry has tags, it is linked to them
   * by then.
   */
  boolean store(K key, @Nullable CachedValue<V> base, CachedValue<V> entry) {
    if (entry.value() == null) {
      storeAbsence(key, base, entry);
      return false;
    }
    if (base != null && replace(key, base, entry)) {
      tags.unlink(base);
      notifier.stored(key, base.value(), entry);
    } else if (map().putIfAbsent(key, entry) == null) {
      notifier.stored(key, null, entry);
    } else {
      tags.unlink(entry);
      return false;
    }
    clearMarks(key);
    return true;
  }

  /**
   * Replaces an entry. Where the value is the same, removal listeners are not notified; and an
   * entry whose write is just being reported stays: that reports its eviction as well.
   */
  private boolean replace(K key, CachedValue<V> base, CachedValue<V> entry) {
    if (base.value() != entry.value()) {
      return map().replace(key, base, entry);
    }
    return base.isReported() && caches.renew(key, base, entry);
  }

  private void storeAbsence(K key, @Nullable CachedValue<V> base, CachedValue<V> entry) {
    if (base != null && map().remove(key, base)) {
      tags.unlink(base);
      notifier.listeners.note(key, base.value(), null);
    }
    evictExpired(key); // or it would be kept later
    clearMarks(key);
    if (absences != null) {
      absences.put(key, entry);
      if (peek(key) != null) { // a write came in between: it may have cleared the mark already
        absences.invalidate(key);
      }
    } else {
      tags.unlink(entry);
    }
  }

  /**
   * Undoes a {@link #store}, unless something else has come in its place. Returns whether the value
   * was there.
   */
  boolean takeBack(K key, CachedValue<V> entry) {
    boolean removed = map().remove(key, entry);
    if (removed) {
      notifier.listeners.note(key, entry.value(), null);
    }
    if (absences != null) {
      absences.asMap().remove(key, entry);
    }
    tags.unlink(entry);
    return removed;
  }

  /**
   * Returns the value that is kept for callers whose fetch of the key fails; null if there is none.
   */
  @Nullable Retained<V> retained(K key) {
    if (retained == null) {
      return null;
    }
    evictExpired(key);
    return retained.find(key);
  }

  /** Has a value that has expired unseen be kept with the others that have. */
  private void evictExpired(K key) {
    if (retained != null) {
      boolean unused = entries.asMap().remove(key, retained); // it is no entry
    }
  }

  /**
   * Returns what is to follow the failure of a flight; null for nothing. Runs code of the user's,
   * which may write to the very key.
   */
  @Nullable AfterFailure judge(FlightResult<V> result) {
    Throwable failure = result.failure();
    if (failure == null || (failures == null && retained == null)) {
      return null;
    }
    boolean own = result instanceof FlightResult.Refused;
    return new AfterFailure(
        failures != null && failures.remembers(failure, own),
        retained != null && retained.covers(failure, own));
  }

  /** Returns whether absences are remembered. */
  boolean remembersAbsences() {
    return absences != null;
  }

  /** Returns whether failures of loads are remembered. */
  boolean remembersFailures() {
    return failures != null;
  }

  /** Returns the failure of the key's load that is remembered; null if there is none. */
  @Nullable Throwable rememberedFailure(K key) {
    return failures == null ? null : failures.find(key);
  }

  void rememberFailure(K key, RememberedFailure failure) {
    if (failures != null) {
      failures.add(key, failure);
    }
  }

  /** Forgets what is known of a key without an entry: its absence, a failure, an expired value. */
  void clearMarks(K key) {
    if (absences != null) {
      absences.invalidate(key);
    }
    if (retained != null) {
      retained.remove(key);
    }
    clearFailure(key);
  }

  void clearFailure(K key) {
    if (failures != null) {
      failures.remove(key);
    }
  }

  void clearMarks() {
    if (absences != null) {
      absences.invalidateAll();
    }
    if (retained != null) {
      retained.removeAll();
    }
    if (failures != null) {
      failures.removeAll();
    }
  }

  void clearMarks(Predicate<? super K> keys) {
    if (absences != null) {
      absences.asMap().keySet().removeIf(keys);
    }
    if (retained != null) {
      retained.removeIf(keys);
    }
    if (failures != null) {
      failures.removeIf(keys);
    }
  }

  /** Returns the entries as the cache that they are in, for hits. */
  Cache<K, CachedValue<V>> entries() {
    return entries;
  }

  /** Returns the entries as a map, without the marks of absence. */
  ConcurrentMap<K, CachedValue<V>> map() {
    return entries.asMap();
  }

  long estimatedSize() {
    return entries.estimatedSize();
  }

  void cleanUp() {
    entries.cleanUp();
    if (absences != null) {
      absences.cleanUp();
    }
    if (retained != null) {
      retained.cleanUp();
    }
    if (failures != null) {
      failures.cleanUp();
    }
  }

  /** Returns how long an entry would live that is written now, in nanoseconds. */
  long timeToLive(K key, CachedValue<V> entry) {
    return expiry == null ? Long.MAX_VALUE : expiry.expireAfterCreate(key, entry, now());
  }

  /**
   * Returns how long an entry has left to live, in nanoseconds; the most there is if it never
   * expires.
   */
  long expiresAfter(K key) {
    return entries
        .policy()
        .expireVariably()
        .map(policy -> policy.getExpiresAfter(key, NANOSECONDS).orElse(Long.MAX_VALUE))
        .orElse(Long.MAX_VALUE);
  }

  long now() {
    return ticker.read();
  }

  /**
   * Returns the write time of what a fetch brought: now, by the ticker. Where nothing expires by it
   * and the clock is the system's, the time at which the fetch began will do: to read a clock is a
   * twentieth of a miss.
   */
  long writeTime(long fetchStartNanos) {
    return timed ? now() : fetchStartNanos;
  }

  /**
   * Returns an entry for what a fetch brought.
   *
   * @param startNanos when the fetch began, on the wall clock
   * @param ttlNanos how long it may live, if its loader has said so; else zero
   * @param tags its tags
   */
  CachedValue<V> newEntry(@Nullable V value, long startNanos, long ttlNanos, Set<String> tags) {
    long ttl = ttlNanos == 0 ? drawnTtl() : ttlNanos;
    long written = writeTime(startNanos);
    if (!tags.isEmpty()) {
      long loadNanos = System.nanoTime() - startNanos;
      return new TaggedValue<>(generation, value, written, ttl, loadNanos, tags);
    }
    return follows
        ? new AgingValue<>(generation, value, written, ttl, System.nanoTime() - startNanos)
        : newEntry(generation, value, written, ttl);
  }

  /** Returns an entry for a value that is written now. */
  CachedValue<V> newEntry(@Nullable V value) {
    return newEntry(generation, value, now(), drawnTtl());
  }

  /** Returns an entry for a value that is written now with tags, if there are any. */
  CachedValue<V> newEntry(V value, Set<String> tags) {
    return tags.isEmpty()
        ? newEntry(value)
        : new TaggedValue<>(generation, value, now(), drawnTtl(), 0, tags);
  }

  /** Returns an entry for a value that was written elsewhere. */
  CachedValue<V> newEntry(@Nullable V value, Duration age) {
    long written = now() - Math.min(OLDEST, Arguments.saturatedNanos(age));
    return newEntry(generation, value, written, drawnTtl());
  }

  private CachedValue<V> newEntry(
      Generation<V> generation, @Nullable V value, long writtenNanos, long ttlNanos) {
    if (follows) {
      return new AgingValue<>(generation, value, writtenNanos, ttlNanos, 0);
    }
    if (ttlNanos != 0) {
      return new ExpiringValue<>(generation, value, writtenNanos, ttlNanos);
    }
    return notifier.observesEntries()
        ? new TrackedValue<>(generation, value, writtenNanos)
        : new CachedValue<>(generation, value, writtenNanos);
  }

  /** Returns how long what is written now may live, shortened at random; zero if nothing is. */
  private long drawnTtl() {
    if (jitteredNanos == 0) {
      return 0;
    }
    double part = ThreadLocalRandom.current().nextDouble();
    return Math.max(1, writeNanos - (long) (jitteredNanos * part));
  }

  /** Returns an entry for a view's. */
  CachedValue<V> newEntry(EntryView<? extends K, ? extends V> view, Generation<V> generation) {
    Duration age = Duration.between(view.writtenAt(), Instant.now());
    long ageNanos = age.isNegative() ? 0 : Math.min(OLDEST, Arguments.saturatedNanos(age));
    return newEntry(generation, view.value(), now() - ageNanos, 0);
  }

  /** Stores an entry with the time that its view has to live; returns what was there. */
  @Nullable CachedValue<V> put(EntryView<? extends K, ? extends V> view, CachedValue<V> entry) {
    Duration expiresIn = view.expiresIn();
    Optional<VarExpiration<K, CachedValue<V>>> expiration = entries.policy().expireVariably();
    if (expiresIn == null || expiration.isEmpty()) {
      return map().put(view.key(), entry);
    }
    long own = timeToLive(view.key(), entry); // a file does not outlive what this cache allows
    long left = Math.min(own, Arguments.saturatedNanos(expiresIn));
    entry.expiresAt(now() + left);
    return expiration.get().put(view.key(), entry, left, NANOSECONDS);
  }

  /**
   * Returns the generation of a restore that begins now; what others write from now on is newer.
   */
  synchronized Generation<V> beginRestore() {
    long restores = generation.restores() + 1;
    generation = new Generation<>(generation.config(), restores, false);
    return new Generation<>(generation.config(), restores, true);
  }

  /** Returns the generation of a merge that begins now. */
  Generation<V> beginMerge() {
    Generation<V> current = generation;
    return new Generation<>(current.config(), current.restores(), true);
  }
}
