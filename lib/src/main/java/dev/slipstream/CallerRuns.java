package dev.slipstream;

import dev.slipstream.internal.FallbackExecutor;
import dev.slipstream.internal.Resumable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The executor of one flight's continuations. A continuation that is to run on the thread that ends
 * the flight, since its queue is full, may take its time or never return. So it waits here until
 * that thread has done everything else: others' handles, the loader, the other flights of a bulk.
 *
 * <p>Only the thread of the loader, or of a caller that registers late, then runs it. Where the
 * flight was ended by a leave, a timeout, abort or close, it goes to the executor. A task is taken
 * off only when it has begun, so that none is lost; it sees to it itself that it runs once.
 */
final class CallerRuns extends FallbackExecutor {
  private final CacheConfig<?, ?> config;
  private final ConcurrentLinkedQueue<Resumable> waiting = new ConcurrentLinkedQueue<>();

  CallerRuns(CacheConfig<?, ?> config) {
    super(config.callbacks());
    this.config = config;
  }

  @Override
  public void execute(Runnable task) {
    config.callbacks().execute(task);
  }

  @Override
  public void executeByCaller(Resumable task) {
    waiting.add(task);
  }

  /** Runs what waits, on this thread; what it cannot run goes to the executor. */
  void runHere() {
    if (waiting.isEmpty()) {
      return;
    }
    int aside = LoadStack.putAside();
    try {
      for (Resumable task = waiting.peek(); task != null; task = waiting.peek()) {
        super.executeByCaller(task);
        boolean unused = waiting.remove(task);
      }
    } catch (Throwable e) {
      config.timer().schedule((Resumable) this::handOver, 0, TimeUnit.NANOSECONDS);
      throw e;
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  /** Hands what waits to the executor. */
  void handOver() {
    for (Resumable task = waiting.peek(); task != null; task = waiting.peek()) {
      execute(task);
      boolean unused = waiting.remove(task);
    }
  }
}
