package dev.slipstream.jmh.guard;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.jmh.Caches;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** One hot key, and threads that each fetch it 99 times, then invalidate it. */
final class HotKey {
  private static final Integer KEY = 1;
  private static final int CALLS = 99;

  private final CoalescingCache<Integer, Integer> cache = Caches.slipstream(16);
  private final AtomicLong loads = new AtomicLong();
  private final AsyncLoader<Integer, Integer> loader =
      (key, context) -> {
        loads.incrementAndGet();
        return CompletableFuture.completedFuture(key);
      };

  /** Returns the loads of that many invalidations by each of the threads. */
  long run(int threads, int invalidations) throws InterruptedException {
    loads.set(0);
    CountDownLatch ended = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      new Thread(
              () -> {
                callAndInvalidate(invalidations);
                ended.countDown();
              })
          .start();
    }
    ended.await();
    return loads.get();
  }

  private void callAndInvalidate(int invalidations) {
    for (int i = 0; i < invalidations; i++) {
      for (int call = 0; call < CALLS; call++) {
        cache.getOrFetch(KEY, loader).join();
      }
      cache.invalidate(KEY);
    }
  }
}
