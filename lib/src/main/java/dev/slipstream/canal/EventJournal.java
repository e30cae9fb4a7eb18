package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import dev.slipstream.internal.Texts;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventHistory;
import dev.slipstream.watch.EventSink;
import dev.slipstream.watch.EventType;
import dev.slipstream.watch.EventsLostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The latest events of a source, in memory: a ring that emitters fill and canals read. It keeps the
 * keys and values of its events alive.
 *
 * <p>All methods may be called from any thread; none blocks. To append costs one atomic step, and
 * allocates the event and nothing else; the cost of waking a consumer comes on top only if one
 * waits. A source that holds a lock appends quietly, and signals once it has released the lock.
 *
 * <p>A source that has numbers of its own {@linkplain #emit emits} its events in any order. One
 * that comes late holds up the cursors, which give events in order, until it comes or the journal
 * has moved on by its size; an event that never comes then counts as lost. An event that is
 * {@linkplain #append appended} takes its number and its place in one step: nothing waits for it.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class EventJournal<K, V>
    implements EventSink<K, V>, EventHistory<K, V>, Events<K, V>, AutoCloseable {
  private final UUID id = UUID.randomUUID();
  private final Bell bell = new Bell();
  private final Ring<K, V> ring;
  private final CheckpointStore checkpoints;

  /** Written by {@link #close}; read by emitters and canals. */
  private volatile boolean closed;

  /**
   * Makes an empty journal whose checkpoints end with the process.
   *
   * @param size how many events it holds, 1 or more; memory is set aside for the next power of two
   * @throws IllegalArgumentException if the size is zero, negative or more than 2^30
   */
  public EventJournal(int size) {
    this(size, CheckpointStore.inMemory());
  }

  /**
   * Makes an empty journal.
   *
   * @param size how many events it holds, 1 or more; memory is set aside for the next power of two
   * @param checkpoints keeps the checkpoints of its cursors
   * @throws IllegalArgumentException if the size is zero, negative or more than 2^30
   */
  public EventJournal(int size, CheckpointStore checkpoints) {
    this.ring = new Ring<>(size);
    this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints");
  }

  /**
   * Returns the id of this journal.
   *
   * @return a random id, made with the journal
   */
  public UUID id() {
    return id;
  }

  /**
   * Returns how many events are held at most.
   *
   * @return the size it was made with
   */
  public int size() {
    return ring.size();
  }

  /**
   * Makes the next event and numbers it, as a source does that has no numbers of its own, and wakes
   * those that wait for it: {@link #appendQuietly} and {@link #signal}. Called with no lock held,
   * since actions given to {@link EventSubscription#onAvailable} run here.
   *
   * @param key what it happened to
   * @param type what happened
   * @param epochMillis when, by the wall clock, in milliseconds since 1970-01-01T00:00Z
   * @param value the value that belongs to the type; null if there is none
   * @param failure why a fetch failed; null if it did not
   * @return the event
   */
  public CacheEvent<K, V> append(
      K key, EventType type, long epochMillis, @Nullable V value, @Nullable Throwable failure) {
    CacheEvent<K, V> event = appendQuietly(key, type, epochMillis, value, failure);
    signal();
    return event;
  }

  /**
   * Makes the next event, of no fetch, and numbers it, and wakes no consumer: see {@link
   * #appendQuietly(Object, EventType, long, Object, Throwable, long)}.
   *
   * @param key what it happened to
   * @param type what happened
   * @param epochMillis when, by the wall clock, in milliseconds since 1970-01-01T00:00Z
   * @param value the value that belongs to the type; null if there is none
   * @param failure why a fetch failed; null if it did not
   * @return the event
   */
  public CacheEvent<K, V> appendQuietly(
      K key, EventType type, long epochMillis, @Nullable V value, @Nullable Throwable failure) {
    return appendQuietly(key, type, epochMillis, value, failure, 0);
  }

  /**
   * Makes the next event and numbers it, and wakes no consumer: a {@link #signal} must follow. It
   * does not block and runs no other code, so it may be called under a lock. After {@link #close}
   * the event is dropped, and takes no number from the others. A source uses either this or {@link
   * #emit}.
   *
   * @param key what it happened to
   * @param type what happened
   * @param epochMillis when, by the wall clock, in milliseconds since 1970-01-01T00:00Z
   * @param value the value that belongs to the type; null if there is none
   * @param failure why a fetch failed; null if it did not
   * @param fetchId the number of the fetch that it is of; 0 if it is of none
   * @return the event
   */
  public CacheEvent<K, V> appendQuietly(
      K key,
      EventType type,
      long epochMillis,
      @Nullable V value,
      @Nullable Throwable failure,
      long fetchId) {
    return closed
        ? new CacheEvent<>(ring.last() + 1, key, type, epochMillis, value, failure, fetchId)
        : ring.append(key, type, epochMillis, value, failure, fetchId);
  }

  /**
   * Puts an event at its place, and wakes those that wait for it: {@link #emitQuietly} and {@link
   * #signal}. Called with no lock held.
   *
   * @param event its numbers begin with 1 and have no holes; those of neighbouring numbers may come
   *     from several threads in any order
   * @throws IllegalArgumentException if the number is zero or negative
   */
  @Override
  public void emit(CacheEvent<K, V> event) {
    emitQuietly(event);
    signal();
  }

  /**
   * Puts an event at its place, and wakes no consumer: a {@link #signal} must follow. It does not
   * block and runs no other code, so it may be called under a lock. It drops an event that comes so
   * late that its place is taken, or after {@link #close}.
   *
   * @param event its numbers begin with 1 and have no holes; those of neighbouring numbers may come
   *     from several threads in any order
   * @throws IllegalArgumentException if the number is zero or negative
   */
  public void emitQuietly(CacheEvent<K, V> event) {
    if (event.sequence() < 1) {
      throw new IllegalArgumentException(
          "an event must have a number of at least 1, but is " + event);
    }
    if (!closed) {
      ring.put(event);
    }
  }

  /**
   * Wakes those that wait for events, on this thread: to be called with no lock held, after events
   * that were appended quietly. While no consumer waits, this costs one volatile read.
   */
  public void signal() {
    bell.ring();
  }

  /**
   * Returns whether a consumer waits for the next event, and so needs a {@link #signal}.
   *
   * @return true if an event that is appended now would wake a consumer
   */
  public boolean isAwaited() {
    return !bell.isIdle();
  }

  /**
   * Ends the journal: its canals give what is left, and then {@link CanalClosedException}. Events
   * emitted from now on are dropped. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    bell.ring();
  }

  @Override
  public EventCursor<K, V> cursor(long fromSequence) {
    Arguments.notNegative("fromSequence", fromSequence);
    return JournalCursor.at(this, fromSequence);
  }

  @Override
  public EventCursor<K, V> cursor(String checkpointId) {
    Arguments.notEmpty("checkpointId", checkpointId);
    try {
      return JournalCursor.after(this, checkpointId, checkpoints.load(checkpointId));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cursor '%s' cannot be opened: %s".formatted(Texts.of(checkpointId), Texts.messageOf(e)),
          e);
    }
  }

  @Override
  public EventSubscription<K, V> subscribe(int capacity) {
    Arguments.requirePositive("capacity", capacity);
    return new JournalSubscription<>(this, capacity);
  }

  @Override
  public Flow.Publisher<CacheEvent<K, V>> publisher(int capacity) {
    Arguments.requirePositive("capacity", capacity);
    return new JournalPublisher<>(this, capacity);
  }

  @Override
  public long firstSequence() {
    return ring.first(ring.size());
  }

  @Override
  public long lastSequence() {
    return ring.last();
  }

  @Override
  public long settledSequence() {
    return ring.settled();
  }

  @Override
  public @Nullable CacheEvent<K, V> firstAfter(K key, EventType type, long afterSequence) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(type, "type");
    Arguments.notNegative("afterSequence", afterSequence);
    long last = ring.last();
    long sequence = afterSequence;
    while (sequence < last) {
      sequence++;
      CacheEvent<K, V> event = ring.get(sequence);
      if (sequence < firstSequence()) {
        throw lost(key, type, afterSequence, sequence);
      }
      if (event != null && event.type() == type && event.key().equals(key)) {
        return event;
      }
    }
    return null;
  }

  private EventsLostException lost(K key, EventType type, long after, long from) {
    long first = firstSequence();
    return new EventsLostException(
        "the first %s of %s after event %d was asked for, but the first event held is %d: read the state of the key, or have the journal hold more than %d events"
            .formatted(type, Texts.of(key), after, first, size()),
        from,
        first - 1);
  }

  Ring<K, V> ring() {
    return ring;
  }

  Bell bell() {
    return bell;
  }

  CheckpointStore checkpoints() {
    return checkpoints;
  }

  /**
   * Returns whether the journal has ended.
   *
   * @return true once {@link #close} was called
   */
  public boolean isClosed() {
    return closed;
  }
}
