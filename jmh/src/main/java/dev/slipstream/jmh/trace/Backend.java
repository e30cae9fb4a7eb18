package dev.slipstream.jmh.trace;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * A backend that answers each load after a fixed time, over a fixed number of connections: loads
 * beyond them wait in line. A load that is cancelled gives its connection, or its place, back.
 */
final class Backend {
  private final ThreadFactory threads;
  private final Semaphore connections;
  private final long millis;
  private final IntPredicate awaited;

  final AtomicInteger started = new AtomicInteger();
  final AtomicInteger finished = new AtomicInteger();
  final AtomicInteger finishedForNobody = new AtomicInteger();

  /**
   * @param awaited whether anybody waits for the key
   */
  Backend(ThreadFactory threads, int connections, long millis, IntPredicate awaited) {
    this.threads = threads;
    this.connections = new Semaphore(connections, true);
    this.millis = millis;
    this.awaited = awaited;
  }

  CompletableFuture<Integer> load(Integer key) {
    started.incrementAndGet();
    Load load = new Load(key);
    load.thread.start();
    return load;
  }

  private final class Load extends CompletableFuture<Integer> implements Runnable {
    private final Integer key;
    private final Thread thread = threads.newThread(this);

    Load(Integer key) {
      this.key = key;
    }

    @Override
    public void run() {
      try {
        connections.acquire();
        try {
          Thread.sleep(millis);
        } finally {
          connections.release();
        }
      } catch (InterruptedException cancelled) {
        return;
      }
      finished.incrementAndGet();
      if (!awaited.test(key)) {
        finishedForNobody.incrementAndGet();
      }
      complete(key);
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      boolean cancelled = super.cancel(mayInterrupt);
      if (cancelled) {
        thread.interrupt();
      }
      return cancelled;
    }
  }
}
