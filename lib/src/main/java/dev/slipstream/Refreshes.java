package dev.slipstream;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts refreshes in the background, for hits on entries that are due, or that will expire soon.
 * The refresh is a flight like any other; nobody waits for it, and no leave abandons it.
 *
 * <p>When an entry is refreshed early is drawn at random at each hit, and the more likely the
 * nearer its expiry is and the longer its load took (Vattani, Chierichetti, Lowenstein: Optimal
 * Probabilistic Cache Stampede Prevention, VLDB 2015).
 */
final class Refreshes<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.LOGGER);

  private final CacheCore<K, V> core;
  private final SingleFlight<K, V> flights;
  private final double earlyBeta;

  /** Whether reads mark entries as due: {@link EntryExpiry} knows the time, a hit need not ask. */
  private final boolean readsMark;

  Refreshes(CacheCore<K, V> core, SingleFlight<K, V> flights) {
    this.core = core;
    this.flights = flights;
    earlyBeta = core.config.freshness().earlyBeta();
    readsMark = core.config.expires();
  }

  /** Returns the handle of a caller that hit an entry, which it has refreshed if it is time. */
  FetchHandle<V> hit(K key, CachedValue<V> hit, AsyncLoader<? super K, ? extends V> loader) {
    return startIfDue(key, hit, loader) ? new StaleValue<>(hit) : hit;
  }

  /** Starts a refresh of an entry that was hit, if it is time; returns whether it is due. */
  boolean startIfDue(K key, CachedValue<V> hit, AsyncLoader<? super K, ? extends V> loader) {
    FetchCause cause = cause(key, hit);
    if (cause != null) {
      start(key, hit, loader, null, cause);
    }
    return cause == FetchCause.DUE;
  }

  /** Returns for what an entry that was just hit is to be refreshed; null if it is not. */
  @Nullable FetchCause cause(K key, CachedValue<V> hit) {
    if (!(hit instanceof AgingValue<V> entry)) {
      return null;
    }
    if (isDue(entry)) {
      core.stats.stale();
      return FetchCause.DUE;
    }
    return isEarly(key, entry) ? FetchCause.EARLY : null;
  }

  private boolean isDue(AgingValue<V> entry) {
    return readsMark ? entry.wasReadWhenDue() : entry.isDueAt(core.l1().now());
  }

  private boolean isEarly(K key, AgingValue<V> entry) {
    if (earlyBeta == 0 || entry.loadNanos == 0) {
      return false;
    }
    double u = 1 - ThreadLocalRandom.current().nextDouble(); // in (0, 1]
    return -Math.log(u) * earlyBeta * entry.loadNanos >= core.l1().expiresAfter(key);
  }

  /**
   * Starts a refresh, unless one has failed not long ago.
   *
   * @param load the bulk load that is to load it, if one is
   */
  void start(
      K key,
      CachedValue<V> hit,
      AsyncLoader<? super K, ? extends V> loader,
      @Nullable BulkLoad<K, V> load,
      FetchCause cause) {
    if (hit instanceof AgingValue<V> entry && !entry.mayRefresh(core.l1().now())) {
      return;
    }
    int aside = LoadStack.putAside(); // nobody waits for it: it closes no cycle
    try {
      flights.refreshInBackground(key, hit, loader, load, cause);
    } catch (RuntimeException | Error e) { // the caller has its value; the next hit tries again
      LOG.debug("cache {}: a refresh could not be started", core.config.name(), e);
    } finally {
      LoadStack.takeBack(aside);
    }
  }
}
