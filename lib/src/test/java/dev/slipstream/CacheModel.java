package dev.slipstream;

import dev.slipstream.ModelKey.Mark;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a cache does that renews, keeps and tags what it has, one call after the other: the contract
 * written a second time, without threads. {@link ModelFlights} has the fetches.
 */
final class CacheModel {
  final ModelSettings settings;
  final Map<String, ModelKey> keys = new TreeMap<>();
  final Map<ModelStat, Integer> counts = new EnumMap<>(ModelStat.class);

  /** What the removal listener is notified of, but for what expires. */
  final List<String> removed = new ArrayList<>();

  /** What has expired: the listener is notified of it some time later. */
  final List<String> expired = new ArrayList<>();

  final ModelFlights flights = new ModelFlights(this);

  /** The time of the ticker. */
  int now;

  /** How often a tag was invalidated, and the number of each tag's last time. */
  int invalidations;

  private final Map<String, Integer> invalidated = new TreeMap<>();

  CacheModel(ModelSettings settings) {
    this.settings = settings;
    ModelStep.KEYS.forEach(key -> keys.put(key, new ModelKey(key)));
    for (ModelStat stat : ModelStat.values()) {
      counts.put(stat, 0);
    }
  }

  void count(ModelStat stat) {
    counts.merge(stat, 1, Integer::sum);
  }

  ModelKey key(String key) {
    return keys.get(key);
  }

  /** Returns the value that is kept for callers whose fetch fails. */
  @Nullable ModelEntry retained(String key) {
    return settings.retains() ? key(key).retained(now) : null;
  }

  // Calls that fetch.

  ModelHandle get(ModelStep step) {
    ModelHandle handle = new ModelHandle(step);
    fetch(handle, step.key());
    return handle;
  }

  /** Gives a handle what there is, or a fetch; one that has rejoined keeps its origin. */
  void fetch(ModelHandle handle, String key) {
    ModelEntry entry = key(key).live(now);
    if (entry != null) {
      boolean isDue = !handle.hasRejoined && isDue(entry);
      count(ModelStat.HITS);
      handle.complete(entry.value, handle.hasRejoined ? Origin.JOINED : Origin.HIT);
      if (isDue) {
        count(ModelStat.STALE);
        handle.origin = Origin.STALE;
        refreshInBackground(handle.step, entry);
      }
    } else if (ModelKey.ifLive(key(key).absence, now) != null) {
      count(ModelStat.HITS);
      handle.complete(null, handle.hasRejoined ? Origin.JOINED : Origin.HIT);
    } else if (!completesWithKnown(handle, key)) {
      flights.joinOrStart(handle, key, null);
    }
  }

  private boolean isDue(ModelEntry entry) {
    return settings.due() && now - entry.written >= ModelSettings.DUE;
  }

  private void refreshInBackground(ModelStep step, ModelEntry entry) {
    if (entry.backoff.isOver(now) && key(step.key()).flight == null) {
      count(ModelStat.REFRESHES);
      flights.start(step, step.key(), entry, null);
    }
  }

  /** Completes a handle with what is known since a fetch has failed, or takes too long. */
  private boolean completesWithKnown(ModelHandle handle, String key) {
    if (completesWithRetained(handle, key)) {
      return true;
    }
    Mark failure = ModelKey.ifLive(key(key).failure, now);
    if (failure == null || retained(key) != null) {
      return false;
    }
    count(ModelStat.HITS);
    count(ModelStat.FAILURE_HITS);
    handle.origin = handle.hasRejoined ? Origin.JOINED : Origin.HIT;
    handle.fail(failure.what());
    return true;
  }

  private boolean completesWithRetained(ModelHandle handle, String key) {
    ModelEntry kept = retained(key);
    ModelFlight flight = key(key).flight;
    if (kept == null) {
      return false;
    }
    if (!kept.backoff.isOver(now)) {
      count(ModelStat.STALE_ON_ERROR);
    } else if (flight == null || !flight.overdue) {
      return false;
    }
    count(ModelStat.STALE);
    count(ModelStat.HITS);
    handle.complete(kept.value, Origin.STALE);
    return true;
  }

  ModelHandle refresh(ModelStep step) {
    ModelHandle handle = new ModelHandle(step);
    refetch(handle, step.key());
    return handle;
  }

  void refetch(ModelHandle handle, String key) {
    flights.joinOrStart(handle, key, key(key).live(now));
  }

  /** Returns the handle that nobody has. */
  ModelHandle prefetch(ModelStep step) {
    String key = step.key();
    ModelHandle handle = new ModelHandle(step);
    if (key(key).live(now) != null || ModelKey.ifLive(key(key).absence, now) != null) {
      fetch(handle, key);
    } else if (!completesWithKnown(handle, key)) {
      flights.prefetch(step);
    }
    return handle;
  }

  @Nullable ModelHandle join(ModelStep step) {
    ModelHandle handle = new ModelHandle(step);
    ModelFlight flight = key(step.key()).flight;
    if (flight == null) {
      return null;
    }
    if (flight.overdue && completesWithRetained(handle, step.key())) {
      return handle;
    }
    if (flight.began < invalidations) {
      return null;
    }
    flights.join(handle, flight);
    return handle;
  }

  // Writes.

  void put(String key, String value, Set<String> tags) {
    ModelEntry before = key(key).live(now);
    if (before != null) {
      removed.add(before.value + " REPLACED");
    }
    flights.fence(key(key));
    store(key, value, ModelSettings.TTL, tags);
  }

  /** Stores a value, in the place of what is known of its key. */
  void store(String key, String value, int units, Set<String> tags) {
    key(key).entry = new ModelEntry(value, now, now + units, Set.copyOf(tags));
    key(key).clearMarks(now);
  }

  void putIfAbsent(String key, String value) {
    if (key(key).live(now) == null) {
      put(key, value, Set.of());
    }
  }

  void replace(String key, String value) {
    if (key(key).live(now) != null) {
      put(key, value, Set.of());
    }
  }

  void invalidate(String key) {
    remove(key(key), key(key).live(now));
  }

  void invalidateAll() {
    keys.keySet().forEach(this::invalidate);
  }

  private void remove(ModelKey key, @Nullable ModelEntry entry) {
    flights.fence(key);
    if (entry != null) {
      removed.add(entry.value + " EXPLICIT");
      key.entry = null;
    }
    key.clearMarks(now);
  }

  void invalidateTag(String tag) {
    invalidations++;
    invalidated.put(tag, invalidations);
    for (ModelKey key : keys.values()) {
      ModelEntry entry = key.live(now);
      boolean entryHasIt = entry != null && entry.tags.contains(tag);
      ModelEntry kept = retained(key.key);
      boolean markHasIt =
          (kept != null && kept.tags.contains(tag))
              || hasTag(key.absence, tag)
              || hasTag(key.failure, tag);
      if (entryHasIt || markHasIt) {
        remove(key, entryHasIt ? entry : null);
      }
    }
  }

  private boolean hasTag(@Nullable Mark mark, String tag) {
    return ModelKey.ifLive(mark, now) != null && mark.tags().contains(tag);
  }

  /** Returns whether one of a load's tags was invalidated since it began. */
  boolean isOutdated(ModelFlight flight) {
    return flight.tags.stream().anyMatch(tag -> invalidated.getOrDefault(tag, 0) > flight.began);
  }

  /** Replaces what is cached by itself, as a restore of a snapshot that was just taken does. */
  void restore() {
    for (ModelKey key : keys.values()) {
      flights.fence(key);
      ModelEntry entry = key.live(now);
      if (entry != null) {
        removed.add(entry.value + " REPLACED");
        int expires = Math.min(entry.expires, now + ModelSettings.TTL);
        key.entry = new ModelEntry(entry.value, entry.written, expires, Set.of());
      }
      key.clearMarks(now);
    }
  }

  // Time.

  void pass(int units) {
    for (int i = 0; i < units; i++) {
      now++;
      for (ModelKey key : keys.values()) {
        if (key.entry != null && key.entry.expires == now) {
          expired.add(key.entry.value + " EXPIRED");
        }
      }
    }
  }

  /** Returns the tags of which something is known. */
  Set<String> knownTags() {
    Set<String> tags = new HashSet<>();
    for (ModelKey key : keys.values()) {
      ModelEntry live = key.live(now);
      ModelEntry kept = retained(key.key);
      tags.addAll(live == null ? Set.of() : live.tags);
      tags.addAll(kept == null ? Set.of() : kept.tags);
      for (Mark mark : new Mark[] {key.absence, key.failure}) {
        tags.addAll(ModelKey.ifLive(mark, now) == null ? Set.of() : mark.tags());
      }
    }
    return tags;
  }
}
