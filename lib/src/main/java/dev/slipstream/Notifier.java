package dev.slipstream;

import static java.util.Objects.requireNonNull;

import dev.slipstream.canal.EventJournal;
import dev.slipstream.canal.Events;
import dev.slipstream.internal.Threads;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.EventType;
import org.jspecify.annotations.Nullable;

/**
 * What the outside learns of: events go to the journal and the sink, ticks to the hub, changes of
 * L1 to the listeners.
 *
 * <p>An event is recorded where it happens, which may be under the monitor of a slot or within an
 * atomic step of L1: nothing is called there but the journal, which wakes nobody. Ticks, the
 * journal's signal and listeners run code of others, and follow when the locks are released. Each
 * is free of cost as long as nobody asked for it: no event is made without a journal or a sink, and
 * an empty hub is one read.
 */
final class Notifier<K, V> {
  private final String cache;
  final ChangeHub<K> hub;
  final StateListeners<K, V> listeners;
  final @Nullable EventJournal<K, V> journal;
  final @Nullable SinkPump<K, V> pump;

  /** Whether anything consumes events. */
  final boolean recording;

  private final EventClock clock = new EventClock();

  /** Whether entries' write times are readings of {@link System#nanoTime}. */
  private final boolean readsSystemClock;

  /**
   * Makes one.
   *
   * @param recording whether it keeps the events that the settings ask for
   */
  Notifier(CacheConfig<K, V> config, boolean recording) {
    cache = config.name();
    readsSystemClock = config.ticker() == null;
    hub = new ChangeHub<>(config.callbacks());
    listeners = new StateListeners<>(cache);
    journal = recording ? journal(config) : null;
    pump =
        !recording || config.eventSink() == null
            ? null
            : new SinkPump<>(cache, config.eventSink(), config.eventSinkQueue());
    this.recording = journal != null || pump != null;
  }

  private static <K, V> @Nullable EventJournal<K, V> journal(CacheConfig<K, V> config) {
    if (config.eventJournal() == null) {
      return null;
    }
    return config.checkpointStore() == null
        ? new EventJournal<>(config.eventJournal())
        : new EventJournal<>(config.eventJournal(), config.checkpointStore());
  }

  Events<K, V> events() {
    if (journal == null) {
      throw new IllegalStateException(
          "cache %s keeps no events: build it with eventJournal(how many to keep)"
              .formatted(cache));
    }
    return journal;
  }

  /** Returns how many events the sink had no time for. */
  long droppedEvents() {
    return pump == null ? 0 : pump.dropped();
  }

  /** Wakes everybody: nothing more will come. */
  void close() {
    try {
      if (journal != null) {
        journal.close();
      }
    } finally {
      try {
        if (pump != null) {
          pump.close();
        }
      } finally {
        hub.notifyAllKeys();
        listeners.deliver();
      }
    }
  }

  /** Records an event of no fetch that happens now. May be called under a lock. */
  void record(EventType type, K key, @Nullable V value) {
    record(type, key, value, null, 0);
  }

  /** Records an event of a fetch that happens now. May be called under a lock. */
  void record(EventType type, K key, @Nullable V value, @Nullable Throwable failure, long fetchId) {
    if (recording) {
      record(type, key, System.currentTimeMillis(), value, failure, fetchId);
    }
  }

  private void record(
      EventType type,
      K key,
      long epochMillis,
      @Nullable V value,
      @Nullable Throwable failure,
      long fetchId) {
    if (journal == null) {
      requireNonNull(pump).append(key, type, epochMillis, value, failure, fetchId);
    } else {
      CacheEvent<K, V> event =
          journal.appendQuietly(key, type, epochMillis, value, failure, fetchId);
      if (pump != null) {
        pump.emit(event);
      }
    }
  }

  /** Wakes those that wait for the key, or for events. Called with no lock held. */
  void tick(K key) {
    try {
      hub.notify(key);
    } catch (RuntimeException e) { // the key has lost its hash code: all are woken
      hub.notifyAllKeys();
    }
    signal();
  }

  /** Wakes those that wait for events. Called with no lock held: users' actions may run here. */
  private void signal() {
    if (pump != null) {
      pump.signal();
    }
    if (journal != null) {
      journal.signal();
    }
  }

  /** Returns whether anybody waits for events. */
  private boolean isAwaited() {
    return (pump != null && pump.isAwaited()) || (journal != null && journal.isAwaited());
  }

  /** A value was written. Called with no lock held. */
  void written(K key, @Nullable V before, CachedValue<V> after) {
    noted(key, before, after);
    if (recording) {
      record(EventType.PUT, key, timeOf(after), after.value(), null, 0);
    }
    reported(key, after);
    tick(key);
    listeners.deliver();
  }

  /** Returns when an entry was put that was made for this put. */
  private long timeOf(CachedValue<V> entry) {
    return readsSystemClock && !entry.isRestored()
        ? clock.epochMillis(entry.writtenNanos)
        : System.currentTimeMillis();
  }

  /** A flight has stored a value: its event comes later. May be called under a lock. */
  void stored(K key, @Nullable V before, CachedValue<V> after) {
    if (before != after.value()) { // else it was not modified
      noted(key, before, after);
    }
    if (!recording) {
      reported(key, after);
    }
  }

  private void noted(K key, @Nullable V before, CachedValue<V> after) {
    if (listeners.isEmpty()) {
      return;
    }
    listeners.note(key, before, after.value());
    if (after instanceof TrackedValue<V> tracked && tracked.isEvictedAsNoted()) {
      listeners.note(key, after.value(), null);
      wake(key);
    }
  }

  /** The write of an entry was reported. May be called under a lock. */
  void reported(K key, CachedValue<V> entry) {
    int seen = entry instanceof TrackedValue<V> tracked ? tracked.report() : TrackedValue.REPORTED;
    if ((seen & TrackedValue.EVICTED) != 0) {
      if ((seen & TrackedValue.NOTED) == 0) { // nobody listened then; somebody may by now
        listeners.note(key, entry.present(), null);
      }
      record(EventType.EVICTED, key, entry.present());
      wake(key);
    }
  }

  /** A key was invalidated or removed. Called with no lock held. */
  void removed(K key, @Nullable V before) {
    if (before != null) {
      listeners.note(key, before, null);
    }
    record(EventType.INVALIDATED, key, before);
    tick(key);
    listeners.deliver();
  }

  /** A value, or none, was put in the place of another, or none. Called with no lock held. */
  void replaced(K key, @Nullable V before, @Nullable CachedValue<V> after) {
    if (after == null) {
      removed(key, before);
    } else {
      written(key, before, after);
    }
  }

  /** Returns whether anybody observes what becomes of each entry. */
  boolean observesEntries() {
    return recording || !listeners.isEmpty();
  }

  /** A value was removed by a write to all keys, which ends with {@link #anyKeyChanged}. */
  void noteRemoval(K key, V before) {
    listeners.note(key, before, null);
    record(EventType.INVALIDATED, key, before);
  }

  /** A write to all keys is over. Called with no lock held. */
  void anyKeyChanged() {
    hub.notifyAllKeys();
    signal();
    listeners.deliver();
  }

  /** An entry expired or made room. Called within L1's atomic step. */
  void evicted(K key, CachedValue<V> entry) {
    int reported =
        entry instanceof TrackedValue<V> tracked ? tracked.evict() : TrackedValue.REPORTED;
    if (reported == TrackedValue.WRITTEN) {
      return;
    }
    listeners.note(key, entry.present(), null);
    if (reported == TrackedValue.REPORTED) {
      record(EventType.EVICTED, key, entry.present());
    }
    wake(key);
  }

  /** May be called under a lock: what has to come outside of it comes by a task. */
  private void wake(K key) {
    if (hub.trackedKeys() > 0 || !listeners.isEmpty() || isAwaited()) {
      try {
        Threads.callbacks().execute(() -> tickAndDeliver(key));
      } catch (RuntimeException
          | Error e) { // no thread is to be had: the thread that evicted goes on
        Failures.log(
            "cache {}: the eviction of key {} could not be reported at once", cache, key, e);
      }
    }
  }

  private void tickAndDeliver(K key) {
    tick(key);
    listeners.deliver();
  }
}
