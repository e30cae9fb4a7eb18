package dev.slipstream;

import static java.util.Objects.requireNonNull;

import dev.slipstream.canal.EventJournal;
import dev.slipstream.canal.Events;
import dev.slipstream.internal.Threads;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeyAwaiterBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What the outside is told of: events go to the journal and the sink, ticks to the hub, changes of
 * L1 to the listeners.
 *
 * <p>An event is recorded where it happens, which may be under the monitor of a slot or within an
 * atomic step of L1: nothing is called there but the journal, which wakes nobody. Ticks, the
 * journal's signal and listeners run code of others, and follow when the locks are released. Each
 * is free of cost as long as nobody asked for it: no event is made without a journal or a sink, and
 * an empty hub is one read.
 */
final class Changes<K, V> {
  private final String cache;
  final ChangeHub<K> hub;
  final StateListeners<K, V> listeners;
  final @Nullable EventJournal<K, V> journal;
  final @Nullable SinkPump<K, V> pump;

  /** Whether anybody wants events. */
  final boolean recording;

  private final EventClock clock = new EventClock();

  /** Whether entries' write times are readings of {@link System#nanoTime}. */
  private final boolean readsSystemClock;

  Changes(String cache, CallbackExecutor callbacks, CoalescingCacheBuilder<K, V> settings) {
    this.cache = cache;
    readsSystemClock = settings.ticker == null;
    hub = new ChangeHub<>(callbacks);
    listeners = new StateListeners<>(cache);
    journal = journal(settings);
    pump =
        settings.eventSink == null
            ? null
            : new SinkPump<>(cache, settings.eventSink, settings.eventSinkQueue);
    recording = journal != null || pump != null;
  }

  private static <K, V> @Nullable EventJournal<K, V> journal(
      CoalescingCacheBuilder<K, V> settings) {
    if (settings.eventJournal == null) {
      return null;
    }
    return settings.checkpointStore == null
        ? new EventJournal<>(settings.eventJournal)
        : new EventJournal<>(settings.eventJournal, settings.checkpointStore);
  }

  Events<K, V> events() {
    if (journal == null) {
      throw new IllegalStateException(
          "cache %s keeps no events: build it with eventJournal(how many to keep)"
              .formatted(cache));
    }
    return journal;
  }

  /** Returns an awaiter that this wakes. */
  KeyAwaiter<K, V> awaiter(Engine<K, V> engine) {
    KeyAwaiterBuilder<K, V> awaiter =
        KeyAwaiter.<K, V>over(engine::state).hub(hub).executor(engine.callbacks);
    return journal == null
        ? awaiter.build()
        : awaiter.eventJournal(new CacheHistory<>(engine, journal)).build();
  }

  /** Returns how many events the sink had no time for. */
  long droppedEvents() {
    return pump == null ? 0 : pump.dropped();
  }

  /** Wakes everybody: nothing more will come. */
  void close() {
    if (journal != null) {
      journal.close();
    }
    if (pump != null) {
      pump.close();
    }
    hub.notifyAllKeys();
    listeners.tell();
  }

  /** Records an event. May be called under a lock. */
  void record(EventType type, K key) {
    record(type, key, null, null);
  }

  /** Records an event that happens now. May be called under a lock. */
  void record(EventType type, K key, @Nullable V value, @Nullable Throwable failure) {
    if (recording) {
      record(type, key, System.currentTimeMillis(), value, failure);
    }
  }

  private void record(
      EventType type, K key, long epochMillis, @Nullable V value, @Nullable Throwable failure) {
    if (journal == null) {
      requireNonNull(pump).append(key, type, epochMillis, value, failure);
    } else {
      CacheEvent<K, V> event = journal.appendQuietly(key, type, epochMillis, value, failure);
      if (pump != null) {
        pump.emit(event);
      }
    }
  }

  /** Wakes those that wait for the key, or for events. Called with no lock held. */
  void tick(K key) {
    hub.notify(key);
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
      record(EventType.PUT, key, timeOf(after), after.value(), null);
    }
    told(key, after);
    tick(key);
    listeners.tell();
  }

  /** Returns when an entry was put that was made for this put. */
  private long timeOf(CachedValue<V> entry) {
    return readsSystemClock && !entry.isRestored()
        ? clock.epochMillis(entry.writtenNanos)
        : System.currentTimeMillis();
  }

  /** A flight has stored a value: its event comes later. May be called under a lock. */
  void stored(K key, @Nullable V before, CachedValue<V> after) {
    noted(key, before, after);
    if (!recording) {
      told(key, after);
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

  /** It was told of an entry that it was written. May be called under a lock. */
  void told(K key, CachedValue<V> entry) {
    int seen = entry instanceof TrackedValue<V> tracked ? tracked.tell() : TrackedValue.TOLD;
    if ((seen & TrackedValue.EVICTED) != 0) {
      if ((seen & TrackedValue.NOTED) == 0) { // nobody listened then; somebody may by now
        listeners.note(key, entry.present(), null);
      }
      record(EventType.EVICTED, key, entry.present(), null);
      wake(key);
    }
  }

  /** A key was invalidated or removed. Called with no lock held. */
  void removed(K key, @Nullable V before) {
    if (before != null) {
      listeners.note(key, before, null);
    }
    record(EventType.INVALIDATED, key, before, null);
    tick(key);
    listeners.tell();
  }

  /** A value, or none, was put in the place of another, or none. Called with no lock held. */
  void replaced(K key, @Nullable V before, @Nullable CachedValue<V> after) {
    if (after == null) {
      removed(key, before);
    } else {
      written(key, before, after);
    }
  }

  /** Returns whether anybody is told what becomes of each entry. */
  boolean tellsOfEach() {
    return recording || !listeners.isEmpty();
  }

  /** A value was removed by a write to all keys, which ends with {@link #anyKeyChanged}. */
  void noteRemoval(K key, V before) {
    listeners.note(key, before, null);
    record(EventType.INVALIDATED, key, before, null);
  }

  /** A write to all keys is over. Called with no lock held. */
  void anyKeyChanged() {
    hub.notifyAllKeys();
    signal();
    listeners.tell();
  }

  /** An entry expired or made room. Called within L1's atomic step. */
  void evicted(K key, CachedValue<V> entry) {
    int told = entry instanceof TrackedValue<V> tracked ? tracked.evict() : TrackedValue.TOLD;
    if (told == TrackedValue.WRITTEN) {
      return;
    }
    listeners.note(key, entry.present(), null);
    if (told == TrackedValue.TOLD) {
      record(EventType.EVICTED, key, entry.present(), null);
    }
    wake(key);
  }

  /** May be called under a lock: who is to be told outside of it is told by a task. */
  private void wake(K key) {
    if (hub.trackedKeys() > 0 || !listeners.isEmpty() || isAwaited()) {
      try {
        Threads.callbacks().execute(() -> tickAndTell(key));
      } catch (RuntimeException | Error e) { // no thread is to be had: whoever evicted goes on
        Failures.log("cache {}: nobody could be told of the eviction of key {}", cache, key, e);
      }
    }
  }

  private void tickAndTell(K key) {
    tick(key);
    listeners.tell();
  }
}
