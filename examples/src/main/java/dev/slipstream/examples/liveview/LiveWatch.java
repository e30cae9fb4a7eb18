package dev.slipstream.examples.liveview;

import dev.slipstream.CoalescingCache;
import dev.slipstream.InFlight;
import dev.slipstream.canal.CanalHandle;
import dev.slipstream.canal.EventCursor;
import dev.slipstream.canal.EventSubscription;
import dev.slipstream.canal.Reactor;
import dev.slipstream.examples.liveview.LiveFrame.HotKey;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.KeyState;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Watches a cache through two canals. The cursor's reactor has its own thread; this class is used
 * by one thread.
 */
final class LiveWatch implements AutoCloseable {
  private final CoalescingCache<Integer, String> cache;
  private final EventTally tally;
  private final EventCursor<Integer, String> cursor;
  private final CanalHandle counting;
  private final EventSubscription<Integer, String> tail;
  private final int tailLength;
  private final Deque<CacheEvent<Integer, String>> latest = new ArrayDeque<>();
  private final Rates typeRates;
  private final Rates keyRates;
  private final long start = System.nanoTime();

  /**
   * Starts watching.
   *
   * @param keys the largest key; the smallest is 1
   * @param tailLength how many events the subscription buffers
   */
  LiveWatch(CoalescingCache<Integer, String> cache, int keys, int tailLength) {
    this.cache = cache;
    this.tailLength = tailLength;
    tally = new EventTally(keys);
    EventTally.Counts none = tally.counts();
    typeRates = new Rates(start, none.byType());
    keyRates = new Rates(start, none.byKey());
    cursor = cache.events().cursor("tally"); // every event in order, from its checkpoint on
    counting = Reactor.run(cursor, tally); // a thread that pulls, counts and commits
    tail = cache.events().subscribe(tailLength); // the latest events; drops what is pulled late
  }

  /** Returns the current state. */
  LiveFrame look() {
    for (CacheEvent<Integer, String> event : tail.pullNow(tailLength).items()) {
      latest.addLast(event);
      if (latest.size() > LiveFrame.LATEST) {
        latest.removeFirst();
      }
    }
    List<InFlight<Integer>> inFlight = cache.inFlight();
    LiveTotals totals = totals();
    long now = System.nanoTime();
    return new LiveFrame(
        totals,
        typeRates.perSecond(now, totals.counts().byType()),
        hottest(keyRates.perSecond(now, totals.counts().byKey()), inFlight),
        List.copyOf(latest),
        inFlight.size(),
        cache.estimatedSize());
  }

  /** Returns the totals. The last sequence number is read after the counts: it covers them. */
  LiveTotals totals() {
    return new LiveTotals(
        (System.nanoTime() - start) / 1e9,
        tally.counts(),
        cache.events().lastSequence(),
        tail.dropped(),
        cache.stats());
  }

  /** Waits until the cursor has counted the last event of a cache that was closed. */
  void awaitEnd() throws InterruptedException {
    counting.join();
  }

  private List<HotKey> hottest(long[] rates, List<InFlight<Integer>> inFlight) {
    return IntStream.range(0, rates.length)
        .filter(key -> rates[key] > 0)
        .boxed()
        .sorted(Comparator.comparingLong((Integer key) -> rates[key]).reversed())
        .limit(LiveFrame.HOT_KEYS)
        .map(key -> new HotKey(key, rates[key], state(key, inFlight)))
        .toList();
  }

  private String state(int key, List<InFlight<Integer>> inFlight) {
    if (cache.state(key) instanceof KeyState.Cached) {
      return "cached";
    }
    return inFlight.stream()
        .filter(fetch -> fetch.key() == key && !fetch.fenced())
        .findAny()
        .map(fetch -> "%d waiting".formatted(fetch.awaiters()))
        .orElse("-");
  }

  @Override
  public void close() {
    counting.close();
    cursor.close();
    tail.close();
  }
}
