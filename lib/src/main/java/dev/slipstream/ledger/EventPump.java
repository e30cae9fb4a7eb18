package dev.slipstream.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands appended events to a sink, by a task, each fetch's in order. Appends that run at the same
 * time can be answered in another order than they took effect. So an event waits until every append
 * that began before it was answered is answered too: what took effect before it is then here.
 */
final class EventPump<K> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFetchLedger.class);

  private final LedgerEventSink<? super K> sink;
  private final Executor executor;

  /** Appends that are not answered yet, by number. Guarded by itself, as is the last number. */
  private final TreeSet<Long> open = new TreeSet<>();

  private long lastBegun;
  private final Queue<Answered<K>> answered = new ConcurrentLinkedQueue<>();

  /** What waits for earlier appends. Only the task that passes events on uses it. */
  private final List<Answered<K>> waiting = new ArrayList<>();

  /** How often there was a reason to look since the task began; 0 if there is no task. */
  private final AtomicInteger reasons = new AtomicInteger();

  private record Answered<K>(LedgerEvent<K> event, long begunBefore) {}

  EventPump(LedgerEventSink<? super K> sink, Executor executor) {
    this.sink = sink;
    this.executor = executor;
  }

  /** Begins an append; returns its number. */
  long begin() {
    synchronized (open) {
      open.add(++lastBegun);
      return lastBegun;
    }
  }

  /** Ends an append, with its event, or with null if it appended none. */
  void end(long number, @Nullable LedgerEvent<K> event) {
    synchronized (open) {
      if (event != null) {
        answered.add(new Answered<>(event, lastBegun));
      }
      open.remove(number);
    }
    if (reasons.getAndIncrement() == 0) {
      LedgerThreads.execute(executor, this::pass);
    }
  }

  private void pass() {
    int seen;
    do {
      seen = reasons.get();
      passReady();
    } while (reasons.addAndGet(-seen) != 0);
  }

  private void passReady() {
    long oldestOpen = oldestOpen();
    for (Answered<K> next = answered.poll(); next != null; next = answered.poll()) {
      waiting.add(next);
    }
    List<LedgerEvent<K>> ready =
        waiting.stream()
            .filter(each -> each.begunBefore < oldestOpen)
            .map(Answered::event)
            .sorted(Comparator.comparingLong(LedgerEvent::sequence))
            .toList();
    ready.forEach(this::passUpTo);
  }

  /** Passes on an event, and before it those of its fetch that took effect earlier. */
  private void passUpTo(LedgerEvent<K> last) {
    List<LedgerEvent<K>> events =
        waiting.stream()
            .map(Answered::event)
            .filter(each -> each.sequence() <= last.sequence() && each.id().equals(last.id()))
            .sorted(Comparator.comparingLong(LedgerEvent::sequence))
            .toList();
    waiting.removeIf(each -> events.contains(each.event));
    events.forEach(this::emit);
  }

  private long oldestOpen() {
    synchronized (open) {
      return open.isEmpty() ? Long.MAX_VALUE : open.first();
    }
  }

  private void emit(LedgerEvent<K> event) {
    try {
      sink.emit(event);
    } catch (Throwable e) {
      LOG.warn("an event sink failed for an event of key {}", KeyText.of(event.id().key()), e);
    }
  }
}
