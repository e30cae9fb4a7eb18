package dev.slipstream;

import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.CanalClosedException;
import dev.slipstream.canal.EventJournal;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.internal.Threads;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventSink;
import dev.slipstream.watch.EventType;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to a sink that may be slow, throw or block: they wait in a journal of their own, the
 * oldest make room, and a task on the library's pool, never on the user's executor, passes them on.
 * There is a task while there are events, one at a time.
 */
final class SinkPump<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(CoalescingCache.class);
  private static final int BATCH = 64;

  private final String cache;
  private final EventSink<? super K, ? super V> sink;
  private final EventJournal<K, V> waiting;
  private final EventSubscription<K, V> subscription;
  private final Executor executor = Threads.executor();

  /** Whether there is no task though there may be events. Written and read by any. */
  private final AtomicBoolean stalled = new AtomicBoolean();

  SinkPump(String cache, EventSink<? super K, ? super V> sink, int queueSize) {
    this.cache = cache;
    this.sink = sink;
    waiting = new EventJournal<>(queueSize);
    subscription = waiting.subscribe(queueSize);
    var unused = subscription.onAvailable(this::start);
  }

  /** Takes an event that the cache's journal has numbered. */
  void emit(CacheEvent<K, V> event) {
    waiting.emit(event);
    restart();
  }

  /** Takes an event, and numbers it: there is no journal. */
  void append(
      K key, EventType type, long epochMillis, @Nullable V value, @Nullable Throwable failure) {
    CacheEvent<K, V> unused = waiting.append(key, type, epochMillis, value, failure);
    restart();
  }

  long dropped() {
    return subscription.dropped();
  }

  /** Passes on what is left; nothing more will come. */
  void close() {
    waiting.close();
  }

  private void start() {
    try {
      executor.execute(this::pass);
    } catch (RuntimeException | Error e) { // no thread is to be had: the next event tries again
      stalled.set(true);
      LOG.warn("cache {}: no thread could be started for the event sink", cache, e);
    }
  }

  private void restart() {
    if (stalled.get() && stalled.compareAndSet(true, false)) {
      start();
    }
  }

  private void pass() {
    try {
      do {
        CanalBatch<CacheEvent<K, V>> batch = subscription.pullNow(BATCH);
        while (!batch.isEmpty()) {
          batch.items().forEach(this::pass);
          batch = subscription.pullNow(BATCH);
        }
      } while (!subscription.onAvailable(this::start));
    } catch (CanalClosedException e) {
      LOG.debug("cache {}: its event sink has the last event", cache);
    }
  }

  @SuppressWarnings("unchecked") // a sink of more general types only reads the event
  private void pass(CacheEvent<K, V> event) {
    try {
      ((EventSink<K, V>) sink).emit(event);
    } catch (Throwable e) {
      Failures.log("cache {}: the event sink failed for an event of key {}", cache, event.key(), e);
    }
  }
}
