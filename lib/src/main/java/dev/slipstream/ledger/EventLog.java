package dev.slipstream.ledger;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The latest events of one fetch, guarded by its record's monitor. Of those that had to make room
 * only the number of each type is known.
 */
final class EventLog<K> {
  static final int LENGTH = 1_000;

  private final ArrayDeque<Entry<K>> entries = new ArrayDeque<>();
  private final Map<String, LedgerEvent<K>> byDedupe = new HashMap<>();
  private final Map<String, Long> lostByType = new HashMap<>();
  private long last;

  private record Entry<K>(LedgerEvent<K> event, @Nullable String dedupe) {}

  long last() {
    return last;
  }

  int size() {
    return entries.size();
  }

  Appended<K> append(FetchId<K> id, AppendRequest request, Instant at) {
    String dedupe = request.dedupe();
    LedgerEvent<K> present = dedupe == null ? null : byDedupe.get(dedupe);
    if (present != null) {
      return new Appended<>(present, true);
    }
    LedgerEvent<K> event =
        new LedgerEvent<>(id, ++last, request.type(), request.payload(), request.wakes(), at);
    entries.addLast(new Entry<>(event, dedupe));
    if (dedupe != null) {
      byDedupe.put(dedupe, event);
    }
    if (entries.size() > LENGTH) {
      lose(entries.removeFirst());
    }
    return new Appended<>(event, false);
  }

  private void lose(Entry<K> entry) {
    lostByType.merge(entry.event.type(), 1L, Long::sum);
    if (entry.dedupe != null) {
      byDedupe.remove(entry.dedupe);
    }
  }

  List<LedgerEvent<K>> after(long sequence, Predicate<LedgerEvent<K>> wanted) {
    if (sequence < lost()) {
      throw new Refusal(sequence + 1, lost());
    }
    List<LedgerEvent<K>> events = new ArrayList<>();
    for (Entry<K> entry : entries) {
      if (entry.event.sequence() > sequence && wanted.test(entry.event)) {
        events.add(entry.event);
      }
    }
    return events;
  }

  long countThrough(String type, long sequence) {
    if (sequence < lost()) {
      throw new Refusal(1, lost());
    }
    long count = lostByType.getOrDefault(type, 0L);
    for (Entry<K> entry : entries) {
      if (entry.event.sequence() <= sequence && entry.event.type().equals(type)) {
        count++;
      }
    }
    return count;
  }

  List<LedgerEvent<K>> latest(int limit) {
    return after(Math.max(lost(), last - limit), event -> true);
  }

  /** Returns the number of the last event that is no longer held; 0 if all are. */
  private long lost() {
    return last - entries.size();
  }
}
