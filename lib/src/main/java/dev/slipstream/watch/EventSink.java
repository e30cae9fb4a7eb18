package dev.slipstream.watch;

/**
 * Is told of events after they happened. It is a means of freshness, never the truth: it cannot
 * fail, delay or undo what it is told of, and what it has no time for is dropped and counted.
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
