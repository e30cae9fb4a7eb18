package dev.slipstream.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The newest fetch of each key, in a slot with a monitor of its own. Everything that happens to a
 * fetch is one step under that monitor, and no code of others runs under it: no {@code equals},
 * {@code hashCode} or {@code toString} of a key, no ticker, no listener, no completion.
 *
 * <p>A slot that is found empty at the end of a step dies there and leaves the map afterwards, by
 * identity; a step that finds its slot dead takes another. So an empty slot never hides a fetch
 * that another thread has just put into its successor.
 */
final class MemoryRecords<K, V> {
  private static final long SMALLEST_SWEEP = 64;

  private final ConcurrentHashMap<K, Slot<K, V>> slots = new ConcurrentHashMap<>();
  private final LedgerClock clock;
  private final MemoryFeed<K> feed;
  private final AtomicLong lastToken = new AtomicLong();

  /** Fetches of another epoch count as deleted. Written by invalidateAll, read in each step. */
  private volatile Object epoch = new Object();

  /** The number of slots at which those are to be looked for whose fetches are forgotten. */
  private volatile long sweepAt = SMALLEST_SWEEP;

  MemoryRecords(LedgerClock clock, MemoryFeed<K> feed) {
    this.clock = clock;
    this.feed = feed;
  }

  private static final class Slot<K, V> {
    final K key;

    /** Guarded by this, as is all of the fetch. */
    @Nullable MemoryFetch<K, V> fetch;

    /** Set once, by the step that left it empty. Guarded by this. */
    boolean dead;

    Slot(K key) {
      this.key = key;
    }
  }

  /** Runs one step on a key, and then notifies the nodes that it concerns. */
  <R> R inStep(K key, Function<Step, R> action) {
    Objects.requireNonNull(key, "key");
    while (true) {
      Slot<K, V> slot = slotOf(key);
      Step step = new Step(slot, clock.now());
      try {
        synchronized (slot) {
          if (!slot.dead) {
            try {
              step.forget();
              return action.apply(step);
            } finally {
              slot.dead = slot.fetch == null;
              step.leftDead = slot.dead;
            }
          }
          step.leftDead = true;
        }
      } finally {
        step.end();
      }
    }
  }

  /** Runs one step without a result. */
  void doStep(K key, Consumer<Step> action) {
    Boolean ignored =
        inStep(
            key,
            step -> {
              action.accept(step);
              return true;
            });
  }

  /** Runs a step on a fetch; what it refuses becomes the caller's exception. */
  <R> R inStep(FetchId<K> id, Function<Step, R> action) {
    try {
      return inStep(id.key(), action);
    } catch (Refusal refusal) {
      throw refusal.forCaller(id);
    }
  }

  /** Runs a step on each fetch that there is; it returns null to leave it out. */
  <R> List<R> each(Function<Step, @Nullable R> action) {
    List<R> results = new ArrayList<>();
    for (Slot<K, V> slot : slots.values()) {
      R result = inStep(slot.key, step -> step.fetch() == null ? null : action.apply(step));
      if (result != null) {
        results.add(result);
      }
    }
    return results;
  }

  /** Deletes everything, in one step. */
  void clear(FetchScope by) {
    epoch = new Object();
    feed.publish(FeedEntry.invalidatedAll(by.node()));
    feed.deliver();
    sweep();
  }

  private Slot<K, V> slotOf(K key) {
    Slot<K, V> present = slots.get(key);
    if (present != null) {
      return present;
    }
    Slot<K, V> fresh = new Slot<>(key);
    Slot<K, V> winner = slots.putIfAbsent(key, fresh);
    if (slots.mappingCount() > sweepAt) {
      sweep();
    }
    return winner == null ? fresh : winner;
  }

  /** Lets go of the slots whose fetches are forgotten; the cost is spread over new slots. */
  private void sweep() {
    sweepAt = Long.MAX_VALUE; // one at a time will do
    List<Object> ignored = each(step -> null);
    sweepAt = Math.max(SMALLEST_SWEEP, 2 * slots.mappingCount());
  }

  private long nextToken(long now) {
    long micros = clock.micros(now);
    return lastToken.updateAndGet(last -> Math.max(last + 1, micros));
  }

  /** What an action sees and does while it holds the monitor. */
  final class Step {
    final long now;
    private final Slot<K, V> slot;

    /** Whether the slot was found dead, or is dead after this step. */
    private boolean leftDead;

    private Step(Slot<K, V> slot, long now) {
      this.slot = slot;
      this.now = now;
    }

    private void forget() {
      MemoryFetch<K, V> fetch = slot.fetch;
      if (fetch != null && (fetch.epoch != epoch || fetch.isForgotten(now))) {
        slot.fetch = null;
      }
    }

    /** After the monitor: takes a dead slot out, by identity, and delivers what was published. */
    private void end() {
      if (leftDead) {
        slots.remove(slot.key, slot);
      }
      feed.deliver();
    }

    /** Returns the newest fetch, or null if there is none. */
    @Nullable MemoryFetch<K, V> fetch() {
      return slot.fetch;
    }

    /** Returns the fetch of a number, or null if that is not the newest one's, nor 0. */
    @Nullable MemoryFetch<K, V> fetch(FetchId<K> id) {
      MemoryFetch<K, V> fetch = slot.fetch;
      return fetch == null || (id.number() != 0 && id.number() != fetch.id.number()) ? null : fetch;
    }

    /** Returns the newest fetch; for {@link #each}, which calls only where there is one. */
    MemoryFetch<K, V> some() {
      return Objects.requireNonNull(slot.fetch, "fetch");
    }

    MemoryFetch<K, V> known(FetchId<K> id) {
      MemoryFetch<K, V> fetch = fetch(id);
      if (fetch == null) {
        throw new Refusal(Refusal.Kind.UNKNOWN);
      }
      return fetch;
    }

    MemoryFetch<K, V> notEnded(FetchId<K> id) {
      MemoryFetch<K, V> fetch = known(id);
      if (fetch.hasEnded()) {
        throw new Refusal(Refusal.Kind.ENDED);
      }
      return fetch;
    }

    /** Begins a fetch in place of what is there. */
    MemoryFetch<K, V> begin() {
      MemoryFetch<K, V> fetch = new MemoryFetch<>(slot.key, nextToken(), epoch, now);
      slot.fetch = fetch;
      return fetch;
    }

    void drop() {
      slot.fetch = null;
    }

    long nextToken() {
      return MemoryRecords.this.nextToken(now);
    }

    void invalidated(NodeIdentity by) {
      feed.publish(FeedEntry.invalidated(slot.key, by));
    }

    /** Notifies all nodes but that one; all, if it is null. */
    void changed(@Nullable NodeIdentity by) {
      feed.publish(FeedEntry.changed(slot.key, by));
    }

    /** Adds an event, unless it is a repeated one. */
    Appended<K> append(MemoryFetch<K, V> fetch, AppendRequest request) {
      Appended<K> appended = fetch.events.append(fetch.id, request, clock.instant(now));
      if (!appended.repeated()) {
        changed(null);
      }
      return appended;
    }

    /** Notes that a recorded fetch was started, or taken over. */
    void started(MemoryFetch<K, V> fetch, NodeIdentity by) {
      fetch.recorded = true;
      var unused = append(fetch, AppendRequest.of("started", by.name()));
    }

    void end(
        MemoryFetch<K, V> fetch,
        FetchEnd<V> how,
        Duration keep,
        long lastToken,
        @Nullable NodeIdentity by) {
      fetch.end(how, keep, lastToken, now);
      if (fetch.recorded) {
        var unused = append(fetch, AppendRequest.of("ended", fetch.state().name()));
      }
      changed(by);
    }

    FetchRecord<K, V> record(MemoryFetch<K, V> fetch) {
      return fetch.record(clock, now);
    }
  }
}
