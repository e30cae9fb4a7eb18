package dev.slipstream.jmh.growth;

import dev.slipstream.jmh.Checks;
import dev.slipstream.jmh.Keys;
import java.util.concurrent.CompletableFuture;

/** The calls that are timed, each as a batch that leaves the cache as it found it. */
final class Calls {
  static final int BATCH = 1_000;
  static final int HITS = 20_000;
  private static final int CACHED = 64;

  private final Side side;
  private final Integer[] cached = Keys.range(0, CACHED);
  private final Integer[] missing = Keys.range(CACHED, BATCH);
  private final CompletableFuture<?>[] callers = new CompletableFuture<?>[BATCH];
  private long sum;

  Calls(Side side) {
    this.side = side;
    for (Integer key : cached) {
      side.get(key);
      side.pending.complete(key);
    }
    Checks.requireEqual(CACHED, side.loaded, "loads");
  }

  long hit() {
    long before = side.loaded;
    long start = System.nanoTime();
    for (int i = 0; i < HITS; i++) {
      sum += side.get(cached[i & (CACHED - 1)]).getNow(0); // join would wait for what was evicted
    }
    long time = System.nanoTime() - start;
    Checks.requireEqual(before, side.loaded, "loads after hits");
    return time;
  }

  long miss() {
    long before = side.loaded;
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      Integer key = missing[i];
      CompletableFuture<Integer> future = side.get(key);
      side.pending.complete(key);
      sum += future.join();
      side.invalidate(key);
    }
    long time = System.nanoTime() - start;
    Checks.requireEqual(before + BATCH, side.loaded, "loads after misses");
    return time;
  }

  /** Joins a fetch of that many awaiters. */
  long join(int awaiters) {
    Fetch fetch = new Fetch(missing[0], awaiters);
    long time = join(fetch.key);
    fetch.end();
    return time;
  }

  /** Leaves a fetch that keeps that many awaiters. */
  long leave(int awaiters) {
    Fetch fetch = new Fetch(missing[0], awaiters);
    join(fetch.key);
    int left = 0;
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      if (callers[i].cancel(false)) {
        left++;
      }
    }
    long time = System.nanoTime() - start;
    Checks.requireEqual(BATCH, left, "leavers");
    fetch.end();
    return time;
  }

  /** Completes fetches of that many awaiters: as many as make up a batch. */
  long fanOut(int awaiters) {
    Fetch[] fetches = new Fetch[fetchesOf(awaiters)];
    for (int i = 0; i < fetches.length; i++) {
      fetches[i] = new Fetch(missing[i], awaiters);
    }
    long start = System.nanoTime();
    for (Fetch fetch : fetches) {
      fetch.load.complete(fetch.key);
    }
    long time = System.nanoTime() - start;
    for (Fetch fetch : fetches) {
      fetch.end();
    }
    return time;
  }

  static int fetchesOf(int awaiters) {
    return Math.max(1, BATCH / awaiters);
  }

  private long join(Integer key) {
    long start = System.nanoTime();
    for (int i = 0; i < BATCH; i++) {
      callers[i] = side.join(key);
    }
    return System.nanoTime() - start;
  }

  long sum() {
    return sum;
  }

  /** A fetch in flight with its awaiters. */
  private final class Fetch {
    private final Integer key;
    private final CompletableFuture<Integer> load;
    private final CompletableFuture<?>[] awaiters;

    Fetch(Integer key, int count) {
      this.key = key;
      long before = side.loaded;
      awaiters = new CompletableFuture<?>[count];
      for (int i = 0; i < count; i++) {
        awaiters[i] = side.join(key);
      }
      Checks.requireEqual(before + 1, side.loaded, "loads of one fetch");
      load = side.pending;
    }

    void end() {
      side.end(key, load);
      for (CompletableFuture<?> awaiter : awaiters) {
        Checks.require(awaiter.isDone(), "an awaiter was left waiting");
      }
    }
  }
}
