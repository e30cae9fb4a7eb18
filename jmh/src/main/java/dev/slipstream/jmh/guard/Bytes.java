package dev.slipstream.jmh.guard;

import com.sun.management.ThreadMXBean;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.jmh.Caches;
import dev.slipstream.jmh.Checks;
import dev.slipstream.jmh.Keys;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** Counts the bytes that calls allocate, once they are compiled; exits with 1 if they are more. */
final class Bytes {
  private static final double HIT = 0;
  private static final double MISS = 448;
  private static final double JOIN = 32;
  private static final double JOIN_AND_LEAVE = 88;
  private static final double FAN_OUT = 32;

  private static final int BATCH = 10_000;
  private static final int WARM_UP = 200;
  private static final int BATCHES = 50;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final CoalescingCache<Integer, Integer> cache = Caches.slipstream(1_024);
  private final AsyncLoader<Integer, Integer> loader = (key, context) -> load();
  private final Integer[] keys = Keys.range(0, BATCH);
  private final CompletableFuture<?>[] callers = new CompletableFuture<?>[BATCH];
  private CompletableFuture<Integer> pending = new CompletableFuture<>();
  private int loaded;
  private long sum;

  private Bytes() {}

  public static void main(String[] args) {
    Bytes bytes = new Bytes();
    Guard guard = new Guard();
    guard.check("bytes a hit", each(bytes::hits), HIT);
    guard.check("bytes a miss, its loader's future included", each(bytes::misses), MISS);
    guard.check("bytes a join", each(bytes::joins), JOIN);
    guard.check("bytes a join and leave", each(bytes::joinsAndLeaves), JOIN_AND_LEAVE);
    guard.check("bytes an awaiter of a fan-out", each(bytes::fanOut), FAN_OUT);
    System.out.println("checksum " + bytes.sum);
    guard.exit();
  }

  /**
   * Returns the bytes of one call in the batch with the fewest, rounded: none can do with less, but
   * one in which a table grows or code is compiled anew takes more.
   */
  private static double each(LongSupplier batch) {
    for (int i = 0; i < WARM_UP; i++) {
      batch.getAsLong();
    }
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < BATCHES; i++) {
      fewest = Math.min(fewest, batch.getAsLong());
    }
    return Math.rint((double) fewest / BATCH);
  }

  private long hits() {
    Integer key = keys[0];
    complete(cache.getOrFetch(key, loader), key);
    loaded = 0;
    long before = allocated();
    for (int i = 0; i < BATCH; i++) {
      sum += cache.getOrFetch(key, loader).getNow(0);
    }
    long bytes = allocated() - before;
    Checks.requireEqual(0, loaded, "loads of hits");
    cache.invalidate(key);
    return bytes;
  }

  private long misses() {
    loaded = 0;
    long before = allocated();
    for (Integer key : keys) {
      CompletableFuture<Integer> caller = cache.getOrFetch(key, loader);
      pending.complete(key);
      sum += caller.getNow(0);
      cache.invalidate(key);
    }
    long bytes = allocated() - before;
    Checks.requireEqual(BATCH, loaded, "loads of misses");
    return bytes;
  }

  private long joins() {
    Integer key = keys[0];
    CompletableFuture<Integer> first = cache.getOrFetch(key, loader);
    long before = allocated();
    join(key);
    long bytes = allocated() - before;
    complete(first, key);
    cache.invalidate(key);
    return bytes;
  }

  private long joinsAndLeaves() {
    Integer key = keys[0];
    CompletableFuture<Integer> first = cache.getOrFetch(key, loader);
    long before = allocated();
    for (int i = 0; i < BATCH; i++) {
      sum += cache.getOrFetch(key, loader).cancel(false) ? 1 : 0;
    }
    long bytes = allocated() - before;
    Checks.require(!first.isDone(), "a leaver ended the fetch");
    complete(first, key);
    cache.invalidate(key);
    return bytes;
  }

  private long fanOut() {
    Integer key = keys[0];
    CompletableFuture<Integer> first = cache.getOrFetch(key, loader);
    long before = allocated();
    join(key);
    complete(first, key);
    long bytes = allocated() - before;
    for (CompletableFuture<?> caller : callers) {
      Checks.require(caller.isDone(), "an awaiter was left waiting");
    }
    cache.invalidate(key);
    return bytes;
  }

  private void join(Integer key) {
    for (int i = 0; i < BATCH; i++) {
      callers[i] = cache.getOrFetch(key, loader);
    }
  }

  private CompletableFuture<Integer> load() {
    loaded++;
    pending = new CompletableFuture<>();
    return pending;
  }

  private void complete(CompletableFuture<Integer> caller, Integer key) {
    pending.complete(key);
    sum += caller.getNow(0);
  }

  private long allocated() {
    return threads.getCurrentThreadAllocatedBytes();
  }
}
