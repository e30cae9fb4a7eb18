package dev.slipstream.page;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one page: daemons that keep nothing of the threads that start them. */
final class PageThreads implements ThreadFactory {
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  @Override
  public Thread newThread(Runnable task) {
    String name = "slipstream-page-" + count.incrementAndGet();
    Thread thread = new Thread(null, () -> run(task), name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    threads.add(thread);
    return thread;
  }

  private void run(Runnable task) {
    try {
      task.run();
    } finally {
      threads.remove(Thread.currentThread());
    }
  }

  /** Waits until all have ended but the calling one, which may be among them. */
  void join(long millis) {
    long deadline = System.nanoTime() + millis * 1_000_000;
    boolean interrupted = false;
    for (Thread thread : threads) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (thread != Thread.currentThread() && left > 0 && !interrupted) {
        try {
          thread.join(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
