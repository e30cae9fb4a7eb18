package dev.slipstream;

import dev.slipstream.internal.Threads;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The parts of one cache, which all operations on it share. It has no algorithm of its own. */
final class CacheCore<K, V> {
  final CacheConfig<K, V> config;
  final StatsRecorder stats;
  final InFlightRegistry<K, V> registry;
  final TouchedKeys<K> touched = new TouchedKeys<>();
  final Insertion<K, V> insertion;
  final TagIndex<K> tags = new TagIndex<>();

  /** What bounds the loads that run at once; null if nothing does. */
  final @Nullable Bulkhead<K, V> bulkhead;

  /** How fetches are shared with other nodes; null if they are not. */
  final @Nullable LedgerLink<K, V> ledger;

  private final AtomicLong fetchIds = new AtomicLong();

  /** Replaced once, by close: see {@link #releaseContents}. */
  private volatile Notifier<K, V> notifier;

  private volatile L1<K, V> l1;

  /** Set once, by close, before it looks for flights: one that is claimed later sees it. */
  private volatile boolean closed;

  CacheCore(CacheConfig<K, V> config) {
    this.config = config;
    registry = new InFlightRegistry<>(Threads.library(), config.collected());
    stats = new StatsRecorder(config.recordStats());
    notifier = new Notifier<>(config, true);
    l1 = new L1<>(config, stats, notifier, tags);
    insertion = new Insertion<>(config);
    bulkhead = config.limits() == null ? null : new Bulkhead<>(config.limits(), this::isClosed);
    ledger =
        config.ledger() == null
            ? null
            : new LedgerLink<>(config, config.ledger(), stats, this::isClosed);
  }

  /** Returns the number of another fetch. */
  long newFetchId() {
    return fetchIds.incrementAndGet();
  }

  /** Returns whether anybody is to be notified of the lives of flights. */
  boolean reportsFlights() {
    return notifier.recording || config.fetchListeners() != null;
  }

  /** Nobody waits for the load of the slot's flight any more. May be called again. */
  void loadEnded(Slot<K, V> slot) {
    if (bulkhead != null) {
      bulkhead.ended(slot);
    }
  }

  /** The slot's flight has ended, or was collected. May be called again. */
  void ended(Slot<K, V> slot) {
    loadEnded(slot);
    if (tags.last() != 0) {
      pruneTags();
    }
  }

  /** Drops what is known of invalidated tags, as far as no flight in the air needs it. */
  void pruneTags() {
    tags.prune(
        () -> registry.reduce(Long.MAX_VALUE, this::beganAfter, this::beganAfter, Math::min));
  }

  private long beganAfter(Slot<K, V> slot) {
    Load flight = slot.get();
    if (flight == null) {
      return Long.MAX_VALUE;
    }
    tags.seen();
    return flight.beganAfter();
  }

  void close() {
    closed = true;
  }

  /**
   * Lets go of what is cached, and of the events. A closed cache can still be read, by the objects
   * that belong to it; but a handle that a caller keeps, and so its flight, and so this, is not to
   * keep all its values.
   */
  void releaseContents() {
    Notifier<K, V> silent = new Notifier<>(config, false);
    l1 = new L1<>(config, stats, silent, tags);
    notifier = silent;
    tags.clear();
  }

  Notifier<K, V> notifier() {
    return notifier;
  }

  L1<K, V> l1() {
    return l1;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Notifies the discard listener, if there is one, of a loaded value that nobody receives; not if
   * it is cached all the same, by the loader itself, say.
   */
  void discard(K key, @Nullable V value) {
    Discards<K, V> discards = config.discards();
    if (discards != null && value != null && !l1.holds(key, value)) {
      discards.discard(key, value);
    }
  }

  void requireOpen() {
    if (closed) {
      throw Failures.closed(null, config);
    }
  }
}
