package dev.slipstream.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A history that the test writes and shortens. */
final class FakeHistory implements EventHistory<String, String> {
  /** From where each look began. */
  final List<Long> looks = new CopyOnWriteArrayList<>();

  /** Runs within each look, before and after it looked. */
  volatile Runnable beforeLook = () -> {};

  volatile Runnable afterLook = () -> {};

  private final List<CacheEvent<String, String>> events = new ArrayList<>();
  private long lost;

  synchronized CacheEvent<String, String> append(String key, EventType type) {
    CacheEvent<String, String> event =
        new CacheEvent<>(events.size() + 1, key, type, 0, null, null);
    events.add(event);
    return event;
  }

  /** Loses the events up to a number. */
  synchronized void lose(long upTo) {
    lost = upTo;
  }

  @Override
  public synchronized long settledSequence() {
    return events.size();
  }

  @Override
  public @Nullable CacheEvent<String, String> firstAfter(
      String key, EventType type, long afterSequence) {
    looks.add(afterSequence);
    beforeLook.run();
    CacheEvent<String, String> found = find(key, type, afterSequence);
    afterLook.run();
    return found;
  }

  private synchronized @Nullable CacheEvent<String, String> find(
      String key, EventType type, long afterSequence) {
    if (afterSequence < lost) {
      throw new EventsLostException("lost", afterSequence + 1, lost);
    }
    return events.stream()
        .skip(afterSequence)
        .filter(event -> event.key().equals(key) && event.type() == type)
        .findFirst()
        .orElse(null);
  }
}
