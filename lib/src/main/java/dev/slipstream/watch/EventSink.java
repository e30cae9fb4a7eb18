package dev.slipstream.watch;

/**
 * Gets events after they happened. Best effort: events may be dropped, which is counted; do not
 * derive state from it. It cannot fail, delay or undo what an event reports.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface EventSink<K, V> {
  /**
   * Takes an event. It may be slow, block or throw.
   *
   * @param event what happened
   */
  void emit(CacheEvent<K, V> event);
}
