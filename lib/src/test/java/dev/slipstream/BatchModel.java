package dev.slipstream;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cache does that gathers its keys, one call after the other: the contract of {@code
 * buildBatching} written a second time, without threads. {@link BatchModelLoads} has the batches.
 */
final class BatchModel {
  final BatchModelSettings settings;
  final Map<ModelStat, Integer> counts = new EnumMap<>(ModelStat.class);
  final BatchModelTimers timers = new BatchModelTimers();
  final BatchModelLoads loads = new BatchModelLoads(this);

  /** The fetches that have not ended, and those that a caller of their key joins. */
  final List<BatchModelFlight> running = new ArrayList<>();

  private final Map<String, BatchModelFlight> joinable = new HashMap<>();

  /** The values, and the absences, whose value is null. */
  private final Map<String, Entry> entries = new HashMap<>();

  /** The bulks that are to leave their keys, since one has failed. */
  final List<BatchModelBulk> failing = new ArrayList<>();

  /** How many of the failures may be counted as abandoned: a bulk may leave them before. */
  int uncertain;

  /** The step that is taken. */
  BatchModelStep step = BatchModelStep.last(BatchModelStep.What.RUN, "a", 0);

  /** The time of the ticker. */
  private int now;

  BatchModel(BatchModelSettings settings) {
    this.settings = settings;
    for (ModelStat stat : ModelStat.values()) {
      counts.put(stat, 0);
    }
  }

  void count(ModelStat stat) {
    counts.merge(stat, 1, Integer::sum);
  }

  private record Entry(@Nullable String value, int expires) {}

  private @Nullable Entry live(String key) {
    Entry entry = entries.get(key);
    return entry == null || entry.expires <= now ? null : entry;
  }

  /** Returns the value that is cached. */
  @Nullable String value(String key) {
    Entry entry = live(key);
    return entry == null ? null : entry.value;
  }

  // Calls that fetch.

  BatchModelCaller get(String key) {
    BatchModelCaller caller = new BatchModelCaller(key, null);
    get(caller);
    return caller;
  }

  private void get(BatchModelCaller caller) {
    Entry entry = live(caller.key);
    if (entry == null) {
      joinOrStart(caller);
    } else {
      count(ModelStat.HITS);
      caller.origin = Origin.HIT;
      caller.complete(entry.value);
    }
  }

  BatchModelBulk getAll(List<String> keys) {
    BatchModelBulk bulk = new BatchModelBulk(this);
    for (String key : new LinkedHashSet<>(keys)) {
      BatchModelCaller part = new BatchModelCaller(key, bulk);
      bulk.parts.add(part);
      get(part);
    }
    bulk.seal();
    return bulk;
  }

  BatchModelCaller refresh(String key) {
    BatchModelCaller caller = new BatchModelCaller(key, null);
    joinOrStart(caller);
    return caller;
  }

  void prefetch(String key) {
    BatchModelFlight flight = joinable.get(key);
    if (live(key) != null) {
      count(ModelStat.HITS);
    } else if (flight != null) {
      count(ModelStat.JOINS);
      flight.pinned = true;
    } else {
      flight = new BatchModelFlight(key);
      flight.pinned = true;
      start(flight);
    }
  }

  private void joinOrStart(BatchModelCaller caller) {
    BatchModelFlight flight = joinable.get(caller.key);
    if (flight != null) {
      count(ModelStat.JOINS);
      caller.origin = Origin.JOINED;
      caller.flight = flight;
      flight.callers.add(caller);
    } else {
      flight = new BatchModelFlight(caller.key);
      caller.flight = flight;
      flight.callers.add(caller);
      start(flight);
    }
  }

  private void start(BatchModelFlight flight) {
    count(ModelStat.FETCHES);
    running.add(flight);
    joinable.put(flight.key, flight);
    if (settings.timesOut()) {
      flight.timer =
          timers.add(
              BatchModelSettings.FETCH_TIMEOUT,
              () -> fail(flight, ModelStat.TIMEOUTS, FetchTimeoutException.class));
    }
    loads.gather(flight);
  }

  // How fetches end.

  void succeed(BatchModelFlight flight, @Nullable String value, boolean stores) {
    if (stores && !flight.fenced) {
      entries.remove(flight.key);
      if (value != null) {
        store(flight.key, value);
      } else if (settings.absences()) {
        entries.put(flight.key, new Entry(null, now + BatchModelSettings.ABSENT_TTL));
      }
    }
    end(flight, value == null ? ModelStat.ABSENTS : ModelStat.SUCCESSES);
    List.copyOf(flight.callers).forEach(caller -> caller.complete(value));
  }

  void fail(BatchModelFlight flight, ModelStat stat, Object failure) {
    end(flight, stat);
    List.copyOf(flight.callers).forEach(caller -> caller.fail(failure));
  }

  void leave(BatchModelCaller caller) {
    BatchModelFlight flight = caller.flight;
    if (!caller.isDone && flight != null) {
      caller.isDone = true;
      caller.isCancelled = true;
      flight.callers.remove(caller);
      if (flight.callers.isEmpty() && !flight.pinned) {
        end(flight, ModelStat.ABANDONED);
      }
    }
  }

  /** Has the bulks whose keys have failed leave the others. */
  void leaveFailed() {
    List<BatchModelBulk> failed = List.copyOf(failing);
    failing.clear();
    failed.forEach(BatchModelBulk::leave);
  }

  void abort(String key) {
    BatchModelFlight flight = joinable.get(key);
    if (flight != null) {
      fail(flight, ModelStat.FAILURES, FetchException.class);
    }
  }

  private void end(BatchModelFlight flight, ModelStat stat) {
    count(stat);
    flight.ended = true;
    running.remove(flight);
    joinable.remove(flight.key, flight);
    timers.remove(flight.timer);
    loads.ended(flight);
  }

  // Writes, and time.

  void put(String key, String value) {
    fence(key);
    store(key, value);
  }

  private void store(String key, String value) {
    int expires = settings.expires() ? now + BatchModelSettings.TTL : Integer.MAX_VALUE;
    entries.put(key, new Entry(value, expires));
  }

  void invalidate(String key) {
    fence(key);
    entries.remove(key);
  }

  private void fence(String key) {
    BatchModelFlight flight = joinable.remove(key);
    if (flight != null) {
      count(ModelStat.FENCED);
      flight.fenced = true;
    }
  }

  void age(int units) {
    now += units;
  }
}
