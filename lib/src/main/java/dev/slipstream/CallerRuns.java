package dev.slipstream;

import dev.slipstream.internal.FallbackExecutor;
import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Threads;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The executor of one flight's continuations. One that is to run on the thread that ends the
 * flight, since its queue is full, may never come back: so it waits here until that thread has done
 * everything else, which then calls {@link #runAll}. If that is not soon, others run it.
 */
final class CallerRuns extends FallbackExecutor {
  private static final long LONGEST_WAIT_MILLIS = 1_000;

  private final CallbackExecutor callbacks;
  private final ConcurrentLinkedQueue<Resumable> waiting = new ConcurrentLinkedQueue<>();

  CallerRuns(CallbackExecutor callbacks) {
    super(callbacks);
    this.callbacks = callbacks;
  }

  @Override
  public void execute(Runnable task) {
    callbacks.execute(task);
  }

  @Override
  public void executeByCaller(Resumable task) {
    Threads.timer().scheduleCallback(this::runAll, LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    waiting.add(task);
  }

  /** Runs what waits, on this thread. */
  void runAll() {
    for (Resumable task = waiting.poll(); task != null; task = waiting.poll()) {
      super.executeByCaller(task);
    }
  }
}
