package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import dev.slipstream.watch.CacheEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a journal's ring: it waits for events, takes them in order, and passes over those
 * that are lost.
 *
 * <p>The lock is held while events are taken, which only copies references, and never while a
 * thread waits. So several threads may wait here at once; each event goes to one of them.
 *
 * <p>To wake a thread costs an emitter some microseconds. A consumer that keeps up would be woken
 * for each event, and so slow down the emitters. Therefore it naps first, where nobody has to wake
 * it, until a millisecond has passed since it took something; only then it has itself woken by the
 * next event. An event that follows another so soon may be seen that much later. Where there is
 * room for few events, naps are as short as emitters might take to fill it.
 */
abstract class JournalCanal<K, V> implements Canal<CacheEvent<K, V>> {
  private static final CanalBatch.Empty<?> EMPTY = new CanalBatch.Empty<>();
  private static final long MAX_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long NANOS_AN_EVENT = 250;

  final Object lock = new Object();

  /** How many of the latest events it may still take. */
  private final int window;

  /** The number of the next event. Guarded by the lock. */
  long position;

  private final long napNanos;

  /** When a pull took something last, by System.nanoTime. Written and read by threads that pull. */
  private volatile long takenAt;

  /** Null once closed, so that a closed canal keeps no events. Written under the lock. */
  private volatile @Nullable EventJournal<K, V> journal;

  JournalCanal(EventJournal<K, V> journal, int window, long position) {
    this.journal = journal;
    this.window = window;
    this.position = position;
    this.napNanos = Math.min(window * NANOS_AN_EVENT, MAX_NAP_NANOS);
    this.takenAt = System.nanoTime() - napNanos;
  }

  /** Events are lost. Called under the lock; what it returns is pulled in their place. */
  abstract @Nullable CanalBatch<CacheEvent<K, V>> miss(long from, long to);

  /** Returns, under the lock, what is to be pulled before anything else. */
  @Nullable CanalBatch<CacheEvent<K, V>> notice() {
    return null;
  }

  @Override
  public final CanalBatch<CacheEvent<K, V>> pullBatch(int max, Duration deadline)
      throws InterruptedException {
    Arguments.requirePositive("max", max);
    long nanos = Arguments.saturatedNanos(Arguments.requirePositive("deadline", deadline));
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    CanalBatch<CacheEvent<K, V>> batch = take(max);
    if (batch.isEmpty()) {
      batch = await(max, nanos);
    }
    if (!batch.isEmpty()) {
      takenAt = System.nanoTime();
    }
    return batch;
  }

  private CanalBatch<CacheEvent<K, V>> await(int max, long nanos) throws InterruptedException {
    long start = System.nanoTime();
    long rest = napNanos - (start - takenAt);
    if (rest > 0) {
      park(Math.min(rest, nanos));
    }
    CanalBatch<CacheEvent<K, V>> batch = take(max);
    long left = nanos - (System.nanoTime() - start);
    while (batch.isEmpty() && left > 0) {
      batch = takeOrPark(max, left);
      left = nanos - (System.nanoTime() - start);
    }
    return batch.isEmpty() ? take(max) : batch;
  }

  private CanalBatch<CacheEvent<K, V>> takeOrPark(int max, long nanos) throws InterruptedException {
    Bell bell = source().bell();
    Thread thread = Thread.currentThread();
    Bell.Waiter waiter = bell.add(thread);
    try {
      CanalBatch<CacheEvent<K, V>> batch = take(max); // after it was added: see Bell
      if (batch.isEmpty()) {
        park(nanos);
      }
      return batch;
    } finally {
      bell.remove(waiter);
    }
  }

  private void park(long nanos) throws InterruptedException {
    LockSupport.parkNanos(this, nanos);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Returns what is there. */
  final CanalBatch<CacheEvent<K, V>> take(int max) {
    synchronized (lock) {
      EventJournal<K, V> source = source();
      CanalBatch<CacheEvent<K, V>> notice = notice();
      return notice != null ? notice : take(source.ring(), source.isClosed(), max);
    }
  }

  /**
   * Returns what is there. A number whose event is not there is waited for, unless the journal had
   * ended before this look: then nobody will bring it any more, and it is passed over.
   */
  @SuppressWarnings("unchecked") // an empty batch is of any type
  private CanalBatch<CacheEvent<K, V>> take(Ring<K, V> ring, boolean ended, int max) {
    while (true) {
      long next = Math.max(position, ring.first(window));
      if (ended) {
        next = ring.firstThere(next);
      }
      if (next > position) {
        CanalBatch<CacheEvent<K, V>> missed = miss(position, next - 1);
        position = next;
        if (missed != null) {
          return missed;
        }
      }
      CacheEvent<K, V> event = ring.get(position);
      if (event != null) {
        return taken(ring, event, max);
      }
      if (ended && position > ring.last()) {
        throw new CanalClosedException("a pull found that the journal is closed and drained");
      }
      if (!ended && ring.first(window) <= position) {
        return (CanalBatch<CacheEvent<K, V>>) EMPTY;
      }
    }
  }

  private CanalBatch<CacheEvent<K, V>> taken(Ring<K, V> ring, CacheEvent<K, V> first, int max) {
    position++;
    CacheEvent<K, V> next = max == 1 ? null : ring.get(position);
    if (next == null) {
      return new CanalBatch.One<>(first);
    }
    List<CacheEvent<K, V>> events =
        new ArrayList<>((int) Math.min(max, ring.last() - first.sequence() + 1));
    events.add(first);
    while (next != null) {
      events.add(next);
      position++;
      next = events.size() == max ? null : ring.get(position);
    }
    return new CanalBatch.Many<>(events);
  }

  /** Returns, under the lock, how many of the next events are lost by now. */
  final long overdue() {
    EventJournal<K, V> source = journal;
    return source == null ? 0 : Math.max(0, source.ring().first(window) - position);
  }

  /** Registers the action, unless there is something to pull, or a closed canal to be found. */
  final boolean onNext(Runnable action) {
    EventJournal<K, V> source = journal;
    if (source == null) {
      return false;
    }
    Bell.Waiter waiter = source.bell().add(action);
    return !canTake() || !source.bell().remove(waiter);
  }

  private boolean canTake() {
    synchronized (lock) {
      EventJournal<K, V> source = journal;
      return source == null
          || source.isClosed()
          || overdue() > 0
          || source.ring().get(position) != null;
    }
  }

  /** Returns whether a pull would find that the journal has ended and is drained. */
  final boolean isDrained() {
    synchronized (lock) {
      EventJournal<K, V> source = journal;
      return source == null || (source.isClosed() && isDrained(source.ring()));
    }
  }

  private boolean isDrained(Ring<K, V> ring) {
    return ring.firstThere(Math.max(position, ring.first(window))) > ring.last();
  }

  private EventJournal<K, V> source() {
    EventJournal<K, V> source = journal;
    if (source == null) {
      throw new CanalClosedException("a pull found that this canal is closed: open another");
    }
    return source;
  }

  /** The canal is about to close. Called under the lock. */
  void closing() {}

  @Override
  public final void close() {
    EventJournal<K, V> source;
    synchronized (lock) {
      source = journal;
      closing();
      journal = null;
    }
    wake(source);
  }

  /** Has those that wait look once more. */
  final void wake() {
    wake(journal);
  }

  private static void wake(@Nullable EventJournal<?, ?> source) {
    if (source != null) {
      source.bell().ring();
    }
  }
}
