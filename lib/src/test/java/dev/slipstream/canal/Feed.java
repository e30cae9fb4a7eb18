package dev.slipstream.canal;

import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A journal, and an emitter that numbers its events as a cache does. */
final class Feed {
  /** Long enough never to pass in a test that is right. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  /** Long enough for what is there already, and short for what is not. */
  static final Duration BRIEFLY = Duration.ofMillis(1);

  final EventJournal<String, String> journal;
  private final AtomicLong counter = new AtomicLong();

  Feed(int size) {
    this(new EventJournal<>(size));
  }

  Feed(EventJournal<String, String> journal) {
    this.journal = journal;
  }

  /** Emits one more event. */
  void emit() {
    journal.emit(event(counter.incrementAndGet()));
  }

  /** Emits so many more events. */
  void emit(int events) {
    for (int i = 0; i < events; i++) {
      emit();
    }
  }

  /** Emits events of these numbers, in this order. */
  void emitNumbers(long... sequences) {
    for (long sequence : sequences) {
      journal.emit(event(sequence));
    }
  }

  static CacheEvent<String, String> event(long sequence) {
    return event(sequence, "k", EventType.PUT);
  }

  static CacheEvent<String, String> event(long sequence, String key, EventType type) {
    return new CacheEvent<>(sequence, key, type, 0, "v" + sequence, null);
  }

  /** Pulls what is there, or what comes. */
  static <E> CanalBatch<E> pull(Canal<E> canal, int max) {
    try {
      return canal.pullBatch(max, LIMIT);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted in a pull", e);
    }
  }

  /** Pulls what is there. */
  static <E> CanalBatch<E> look(Canal<E> canal) {
    try {
      return canal.pullBatch(Integer.MAX_VALUE, BRIEFLY);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted in a pull", e);
    }
  }

  static List<Long> numbers(CanalBatch<CacheEvent<String, String>> batch) {
    return batch.items().stream().map(CacheEvent::sequence).toList();
  }
}
