package dev.slipstream.page;

import dev.slipstream.CacheStats;
import dev.slipstream.CoalescingCache;
import dev.slipstream.InFlight;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A cache of the page: its numbers, its flights, its last ends, and the end of one by abort. */
final class WatchedCache {
  /** How many flights are shown, the oldest ones; of the others the number. */
  static final int MOST_FLIGHTS = 200;

  private final String name;
  private final CoalescingCache<?, ?> cache;
  private final @Nullable RecentEnds ends;
  private final History history = new History();

  WatchedCache(String name, CoalescingCache<?, ?> cache, @Nullable RecentEnds ends) {
    this.name = name;
    this.cache = cache;
    this.ends = ends;
  }

  String name() {
    return name;
  }

  void sample() {
    history.add(Column.row(cache, cache.stats()));
  }

  void writeHistory(Json json) {
    json.array();
    for (long[] row : history.rows()) {
      json.array();
      for (long number : row) {
        json.value(number);
      }
      json.endArray();
    }
    json.endArray();
  }

  void write(Json json, KeyTexts keys) {
    CacheStats stats = cache.stats();
    json.object().name("name").value(name);
    writeCounts(json, stats);
    writeRatios(json, stats);
    writeFlights(json, cache.inFlight(), keys);
    writeEnds(json, keys);
    json.endObject();
  }

  private void writeCounts(Json json, CacheStats stats) {
    long[] row = Column.row(cache, stats);
    json.name("counts").object();
    for (int i = 0; i < row.length; i++) {
      json.name(Column.ALL.get(i).label()).value(row[i]);
    }
    json.endObject();
  }

  /** Writes null for a ratio of nothing, where {@link CacheStats} has 0 or 1. */
  private static void writeRatios(Json json, CacheStats stats) {
    long fetches = stats.fetchCount();
    long misses = stats.joinCount() + fetches;
    long background = stats.refreshCount() + stats.earlyRefreshCount();
    boolean called = stats.hitCount() + misses > background;
    json.name("hitRate").value(called ? stats.hitRate() : Double.NaN);
    json.name("coalescingRate").value(misses > 0 ? stats.coalescingRate() : Double.NaN);
    json.name("workSaved").value((double) stats.abandonedCount() / fetches);
  }

  private static void writeFlights(Json json, List<? extends InFlight<?>> flights, KeyTexts keys) {
    json.name("flights").array();
    for (InFlight<?> flight : flights.subList(0, Math.min(MOST_FLIGHTS, flights.size()))) {
      json.object();
      json.name("fetch").value(Long.toString(flight.fetchId())); // JavaScript's numbers are shorter
      json.name("key").value(keys.of(flight.key()));
      json.name("ageMicros").value(micros(flight.age()));
      json.name("callers").value(flight.awaiters());
      json.name("continuations").value(flight.continuations());
      json.name("fenced").value(flight.fenced());
      json.name("cause").value(flight.cause().name());
      json.name("phase").value(flight.phase().name());
      json.endObject();
    }
    json.endArray();
    json.name("moreFlights").value(Math.max(0, flights.size() - MOST_FLIGHTS));
  }

  private void writeEnds(Json json, KeyTexts keys) {
    json.name("ends");
    if (ends == null) {
      json.nothing();
      return;
    }
    json.array();
    for (RecentEnds.End end : ends.latestFirst()) {
      json.object();
      json.name("fetch").value(Long.toString(end.fetchId()));
      json.name("key").value(keys.of(end.key()));
      json.name("at").value(end.epochMillis());
      json.name("outcome").value(end.outcome().name());
      json.name("durationMicros").value(end.durationMicros());
      json.name("callers").value(end.callers());
      json.name("fenced").value(end.fenced());
      if (end.failure() != null) {
        json.name("failure").value(end.failure());
      }
      json.endObject();
    }
    json.endArray();
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  /**
   * Ends a fetch, and returns the text of its key; null if it does not run any more, is fenced, or
   * is just storing its value.
   */
  @Nullable String abort(long fetchId, KeyTexts keys) {
    return abort(cache, fetchId, keys);
  }

  /** A cache aborts by key: a fetch that begins between the two calls is taken for this one. */
  private static <K> @Nullable String abort(
      CoalescingCache<K, ?> cache, long fetchId, KeyTexts keys) {
    for (InFlight<K> flight : cache.inFlight()) {
      if (flight.fetchId() == fetchId && !flight.fenced()) {
        Throwable cause = new CancellationException("aborted on the flight page");
        return cache.abort(flight.key(), cause) ? keys.of(flight.key()) : null;
      }
    }
    return null;
  }
}
