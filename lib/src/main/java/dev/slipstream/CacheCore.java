package dev.slipstream;

import dev.slipstream.internal.Threads;

/** The parts of one cache, which all operations on it share. It has no algorithm of its own. */
final class CacheCore<K, V> {
  final CacheConfig<K, V> config;
  final StatsRecorder stats;
  final InFlightRegistry<K, V> registry;
  final TouchedKeys<K> touched = new TouchedKeys<>();
  final Notifier<K, V> notifier;
  final L1<K, V> l1;
  final Insertion<K, V> insertion;

  /** Set once, by close, before it looks for flights: one that is claimed later sees it. */
  private volatile boolean closed;

  CacheCore(CacheConfig<K, V> config) {
    this.config = config;
    registry = new InFlightRegistry<>(Threads.library(), config.collected());
    stats = new StatsRecorder(config.recordStats());
    notifier = new Notifier<>(config);
    l1 = new L1<>(config, stats, notifier);
    insertion = new Insertion<>(config);
  }

  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw Failures.closed(null, config);
    }
  }
}
