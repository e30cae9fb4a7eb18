package dev.slipstream.testing;

import dev.slipstream.CoalescingCache;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The events of a cache so far, read from its journal. */
public final class EventLog {
  private EventLog() {}

  /** Returns the events so far. */
  public static <V> List<CacheEvent<String, V>> events(CoalescingCache<String, V> cache) {
    List<CacheEvent<String, V>> events = new ArrayList<>();
    try (EventCursor<String, V> cursor = cache.events().cursor(0)) {
      while (events.size() < cache.events().lastSequence()) {
        events.addAll(cursor.pullBatch(100, Duration.ofSeconds(Eventually.SECONDS)).items());
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while reading events", e);
    }
    return events;
  }

  /** Returns the types of the events so far. */
  public static List<EventType> types(CoalescingCache<String, ?> cache) {
    return events(cache).stream().map(CacheEvent::type).toList();
  }

  /** Returns the types of the events of a key so far. */
  public static List<EventType> types(CoalescingCache<String, ?> cache, String key) {
    return events(cache).stream()
        .filter(event -> event.key().equals(key))
        .map(CacheEvent::type)
        .toList();
  }
}
