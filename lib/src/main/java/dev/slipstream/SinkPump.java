package dev.slipstream;

import dev.slipstream.canal.CanalBatch;
import dev.slipstream.canal.CanalClosedException;
import dev.slipstream.canal.EventJournal;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.internal.Texts;
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
  private final Executor executor = Threads.callbacks();

  /** Whether a task has failed, and there is none though there may be events. Any thread's. */
  private final AtomicBoolean stalled = new AtomicBoolean();

  SinkPump(String cache, EventSink<? super K, ? super V> sink, int queueSize) {
    this.cache = cache;
    this.sink = sink;
    waiting = new EventJournal<>(queueSize);
    subscription = waiting.subscribe(queueSize);
    var unused = subscription.onAvailable(this::start);
  }

  /** Takes an event that the cache's journal has numbered. May be called under a lock. */
  void emit(CacheEvent<K, V> event) {
    waiting.emitQuietly(event);
  }

  /** Takes an event, and numbers it: there is no journal. May be called under a lock. */
  void append(
      K key,
      EventType type,
      long epochMillis,
      @Nullable V value,
      @Nullable Throwable failure,
      long fetchId) {
    CacheEvent<K, V> unused =
        waiting.appendQuietly(key, type, epochMillis, value, failure, fetchId);
  }

  /** Has what was taken passed on. Called with no lock held. */
  void signal() {
    waiting.signal();
    if (stalled.get() && stalled.compareAndSet(true, false)) {
      start();
    }
  }

  /** Returns whether an event that is taken now needs a {@link #signal}. */
  boolean isAwaited() {
    return waiting.isAwaited() || stalled.get();
  }

  long dropped() {
    return subscription.dropped();
  }

  /** Passes on what is left; nothing more will come. */
  void close() {
    waiting.close();
    signal();
  }

  private void start() {
    try {
      executor.execute(this::pass);
    } catch (Throwable e) { // no memory, say: the next event tries again
      stalled.set(true);
      throw e;
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
      LOG.debug("cache {}: its event sink has received the last event", cache);
    } catch (RuntimeException | Error e) { // no memory, say: the next event starts a task again
      stalled.set(true);
      Texts.warn(LOG, "cache {}: events could not be passed to the event sink", e, cache);
    }
  }

  @SuppressWarnings("unchecked") // a sink of more general types only reads the event
  private void pass(CacheEvent<K, V> event) {
    try {
      ((EventSink<K, V>) sink).emit(event);
    } catch (Throwable e) {
      Texts.warn(
          LOG, "cache {}: the event sink failed for an event of key {}", e, cache, event.key());
    }
  }
}
