package dev.slipstream.ledger;

import dev.slipstream.internal.Threads;
import dev.slipstream.internal.Timer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Where the ledger's stages complete and its listeners are notified. */
final class LedgerThreads {
  private LedgerThreads() {}

  static Executor pool() {
    return Threads.executor();
  }

  /** Runs a task on an executor, or where that is refused, here: nobody is stranded. */
  static void execute(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RuntimeException | Error refused) {
      task.run();
    }
  }

  /** Hands a task to an executor after a time, unless it is cancelled before. */
  static Timer.Handle schedule(Executor executor, Runnable task, long millis) {
    return Threads.timer().schedule(() -> execute(executor, task), millis, TimeUnit.MILLISECONDS);
  }
}
