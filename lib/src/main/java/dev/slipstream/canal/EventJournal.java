package dev.slipstream.canal;

import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventHistory;
import dev.slipstream.watch.EventSink;
import dev.slipstream.watch.EventType;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The last events of a source, in memory: a ring that emitters fill and canals read.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class EventJournal<K, V>
    implements EventSink<K, V>, EventHistory<K, V>, Events<K, V>, AutoCloseable {
  private final UUID id = UUID.randomUUID();
  private final int size;
  final CheckpointStore checkpoints;

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
    this.size = size;
    this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints");
  }

  /**
   * Returns what tells this journal from every other.
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
    return size;
  }

  /**
   * Puts an event at its place, and wakes who waits for it. It does not block, and it drops an
   * event that comes so late that its place is taken, or after {@link #close}.
   *
   * @param event its numbers begin with 1 and have no holes; those of neighbouring numbers may come
   *     from several threads in any order
   * @throws IllegalArgumentException if the number is zero or negative
   */
  @Override
  public void emit(CacheEvent<K, V> event) {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the journal: its canals give what is left, and then {@link CanalClosedException}. Events
   * emitted from now on are dropped. A second call does nothing.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  @Override
  public EventCursor<K, V> cursor(long fromSequence) {
    throw new UnsupportedOperationException();
  }

  @Override
  public EventCursor<K, V> cursor(String checkpointId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public EventSubscription<K, V> subscribe(int capacity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long firstSequence() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long lastSequence() {
    throw new UnsupportedOperationException();
  }

  /**
   * {@inheritDoc}
   *
   * <p>An event whose {@link #emit} has not returned may be passed over.
   */
  @Override
  public @Nullable CacheEvent<K, V> firstAfter(K key, EventType type, long afterSequence) {
    throw new UnsupportedOperationException();
  }
}
