package dev.slipstream;

import dev.slipstream.ModelAnswer.Kind;
import dev.slipstream.ModelFlight.Phase;
import dev.slipstream.ModelKey.Mark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fetches of the {@link CacheModel}: how they start, are joined and end. */
final class ModelFlights {
  private final CacheModel cache;

  /** All that were started, and those that have not ended; the first first. */
  final List<ModelFlight> all = new ArrayList<>();

  final List<ModelFlight> running = new ArrayList<>();

  /** The loads that count, and those that wait. */
  private int loads;

  private final Deque<ModelFlight> queue = new ArrayDeque<>();

  /** The loads that are tasks on the executor. */
  final Deque<ModelFlight> promoted = new ArrayDeque<>();

  /** The time of the timers. */
  private int time;

  private int timers;

  ModelFlights(CacheModel cache) {
    this.cache = cache;
  }

  /** Has a handle wait for the key's fetch, or for one that its own loader starts. */
  void joinOrStart(ModelHandle handle, String key, @Nullable ModelEntry base) {
    ModelFlight flight = cache.key(key).flight;
    if (flight != null) {
      join(handle, flight);
    } else {
      start(handle.step, key, base, handle);
    }
  }

  void join(ModelHandle handle, ModelFlight flight) {
    cache.count(ModelStat.JOINS);
    handle.rejoins = flight.began < cache.invalidations;
    handle.origin = Origin.JOINED;
    handle.flight = flight;
    flight.handles.add(handle);
  }

  void prefetch(ModelStep step) {
    ModelFlight flight = cache.key(step.key()).flight;
    if (flight != null) {
      cache.count(ModelStat.JOINS);
      flight.pinned = true;
    } else {
      start(step, step.key(), null, null);
    }
  }

  /** Starts a fetch for a caller, or for none. */
  void start(
      ModelStep loader, String key, @Nullable ModelEntry base, @Nullable ModelHandle handle) {
    cache.count(ModelStat.FETCHES);
    ModelFlight flight = new ModelFlight(key, loader, base, cache.invalidations);
    all.add(flight);
    running.add(flight);
    cache.key(key).flight = flight;
    if (handle == null) {
      flight.pinned = true;
    } else {
      flight.handles.add(handle);
      handle.flight = flight;
      handle.rejoins = false;
    }
    flight.softTimer = cache.settings.soft() && (base != null || cache.retained(key) != null);
    setTimer(flight, flight.softTimer ? ModelSettings.SOFT_TIMEOUT : ModelSettings.FETCH_TIMEOUT);
    enter(flight);
  }

  private void setTimer(ModelFlight flight, int units) {
    flight.timerAt = time + units;
    flight.timerOrder = timers++;
  }

  private void enter(ModelFlight flight) {
    boolean bounded = cache.settings.bounded();
    if (!bounded || (loads < ModelSettings.RUNNING && queue.isEmpty())) {
      admit(flight, Phase.LOADING);
      run(flight);
    } else if (queue.size() < ModelSettings.QUEUED) {
      queue.add(flight);
    } else {
      cache.count(ModelStat.REJECTED);
      fail(flight, ModelStat.FAILURES, FetchRejectedException.class);
    }
  }

  /** Calls the loader. */
  void run(ModelFlight flight) {
    flight.phase = Phase.LOADING;
    if (flight.ended) {
      return;
    }
    flight.started = true;
    flight.tags.addAll(flight.loader.tags());
    if (flight.loader.atOnce()) {
      answer(flight, flight.loader.answer());
    }
  }

  void answer(ModelFlight flight, ModelAnswer answer) {
    flight.tags.addAll(answer.tags());
    flight.ttl = answer.units() == 0 ? flight.ttl : answer.units();
    flight.stores &= answer.stores();
    if (answer.kind() == Kind.FAILURE) {
      fail(flight, ModelStat.FAILURES, answer.failure());
    } else {
      succeed(flight, answer.brought(flight.base == null ? null : flight.base.value));
    }
  }

  private void succeed(ModelFlight flight, @Nullable String value) {
    ModelKey key = cache.key(flight.key);
    boolean stores = flight.stores && !flight.fenced;
    boolean outdated = cache.isOutdated(flight);
    boolean reachable = stores && (value != null || cache.settings.absences());
    flight.outdated = outdated || (!reachable && !flight.tags.isEmpty());
    if (stores && !outdated) {
      if (value == null) {
        storeAbsence(flight, key);
      } else {
        store(flight, key, value);
      }
    } else if (!flight.fenced) {
      resetBackoff(flight);
    }
    if (!flight.fenced) {
      key.failure = null;
    }
    end(flight, value == null ? ModelStat.ABSENTS : ModelStat.SUCCESSES);
    for (ModelHandle handle : taken(flight)) {
      if (handle.rejoins && flight.outdated) {
        rejoin(handle, flight.key);
      } else {
        handle.complete(value, handle.origin);
      }
    }
  }

  private void store(ModelFlight flight, ModelKey key, String value) {
    ModelEntry before = key.live(cache.now);
    boolean same = before != null && before.value == value;
    Set<String> tags = new HashSet<>(flight.tags);
    if (flight.base != null && flight.base.value == value) {
      tags.addAll(flight.base.tags);
    }
    if (before != null && !same) {
      cache.removed.add(before.value + " REPLACED");
    }
    cache.store(flight.key, value, flight.ttl == 0 ? ModelSettings.TTL : flight.ttl, tags);
  }

  private void storeAbsence(ModelFlight flight, ModelKey key) {
    ModelEntry before = key.live(cache.now);
    if (before != null) {
      cache.removed.add(before.value + " EXPLICIT");
    }
    key.entry = null;
    key.failure = null;
    key.absence =
        cache.settings.absences()
            ? new Mark("absent", cache.now + ModelSettings.ABSENT_TTL, Set.copyOf(flight.tags))
            : null;
  }

  private void resetBackoff(ModelFlight flight) {
    if (flight.base != null) {
      flight.base.backoff.reset();
    }
    ModelEntry kept = cache.retained(flight.key);
    if (kept != null) {
      kept.backoff.reset();
    }
  }

  /**
   * Ends a fetch that has failed, in a way that delays the next.
   *
   * @param failure the loader's, or the class of one that the cache makes
   */
  private void fail(ModelFlight flight, ModelStat stat, Object failure) {
    boolean own = failure instanceof Class;
    flight.outdated = cache.isOutdated(flight);
    ModelEntry kept = null;
    if (!flight.fenced) {
      if (cache.settings.failures()
          && failure != FetchRejectedException.class
          && !flight.outdated) {
        cache.key(flight.key).failure =
            new Mark(failure, cache.now + ModelSettings.FAILURE_TTL, Set.copyOf(flight.tags));
      }
      kept = cache.retained(flight.key);
    }
    ModelEntry delayed = kept == null ? flight.base : kept;
    if (delayed != null) {
      failed(delayed.backoff);
    }
    end(flight, stat);
    for (ModelHandle handle : taken(flight)) {
      if (handle.rejoins && flight.outdated && (kept != null || !own)) {
        rejoin(handle, flight.key);
      } else if (kept != null) {
        cache.count(ModelStat.STALE);
        cache.count(ModelStat.STALE_ON_ERROR);
        handle.complete(kept.value, Origin.STALE);
      } else {
        handle.fail(failure);
      }
    }
  }

  private void failed(ModelEntry.Backoff backoff) {
    if (cache.settings.backoff()) {
      backoff.failed(cache.now);
    }
  }

  /** A caller that came after an invalidation gets a newer fetch. */
  private void rejoin(ModelHandle handle, String key) {
    handle.hasRejoined = true;
    if (handle.isRefresh()) {
      cache.refetch(handle, key);
    } else {
      cache.fetch(handle, key);
    }
  }

  /** Takes the callers of a fetch that has ended: last those that wait for a second one. */
  private static List<ModelHandle> taken(ModelFlight flight) {
    List<ModelHandle> taken = new ArrayList<>(flight.handles);
    taken.sort(Comparator.comparing(handle -> handle.hasRejoined));
    flight.handles.clear();
    return taken;
  }

  void abort(String key) {
    ModelFlight flight = cache.key(key).flight;
    if (flight != null) {
      end(flight, ModelStat.FAILURES);
      taken(flight).forEach(handle -> handle.fail(FetchException.class));
    }
  }

  void leave(ModelHandle handle) {
    ModelFlight flight = handle.flight;
    if (!handle.isDone && flight != null) {
      handle.isCancelled = true;
      handle.fail(FetchException.class);
      flight.handles.remove(handle);
      if (flight.handles.isEmpty() && !flight.pinned) {
        end(flight, ModelStat.ABANDONED);
      }
    }
  }

  /** Ends a fetch: its place is free, for its key and among the loads. */
  private void end(ModelFlight flight, ModelStat stat) {
    cache.count(stat);
    flight.ended = true;
    running.remove(flight);
    ModelKey key = cache.key(flight.key);
    if (key.flight == flight) {
      key.flight = null;
    }
    queue.remove(flight);
    if (flight.counts) {
      loads--;
      ModelFlight next = queue.poll();
      if (next != null) {
        admit(next, Phase.PROMOTED);
        promoted.add(next);
      }
    }
  }

  private void admit(ModelFlight flight, Phase phase) {
    loads++;
    flight.counts = true;
    flight.phase = phase;
  }

  void fence(ModelKey key) {
    ModelFlight flight = key.flight;
    if (flight != null) {
      cache.count(ModelStat.FENCED);
      flight.fenced = true;
      key.flight = null;
    }
  }

  /** Lets the time of the timers pass. */
  void elapse(int units) {
    int until = time + units;
    while (true) {
      ModelFlight next =
          running.stream()
              .filter(flight -> flight.timerAt <= until)
              .min(
                  Comparator.comparingInt((ModelFlight flight) -> flight.timerAt)
                      .thenComparingInt(flight -> flight.timerOrder))
              .orElse(null);
      if (next == null) {
        break;
      }
      time = next.timerAt;
      if (next.softTimer) {
        softTimeout(next);
      } else {
        fail(next, ModelStat.TIMEOUTS, FetchTimeoutException.class);
      }
    }
    time = until;
  }

  private void softTimeout(ModelFlight flight) {
    flight.overdue = true;
    flight.softTimer = false;
    ModelEntry kept = flight.fenced ? null : cache.retained(flight.key);
    if (kept != null) {
      cache.count(ModelStat.SOFT_TIMEOUTS);
      flight.pinned = true;
      for (ModelHandle handle : List.copyOf(flight.handles)) {
        if (!handle.isRefresh()) {
          flight.handles.remove(handle);
          cache.count(ModelStat.STALE);
          handle.complete(kept.value, Origin.STALE);
        }
      }
    }
    setTimer(flight, ModelSettings.FETCH_TIMEOUT - ModelSettings.SOFT_TIMEOUT);
  }
}
