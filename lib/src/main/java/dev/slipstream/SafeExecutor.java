package dev.slipstream;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The executor of callbacks and deliveries. What the user's executor rejects runs on the library's
 * own pool, and if that cannot start a thread either, here: nobody is stranded (G8). An executor
 * that runs a task and throws all the same does not have it run twice. An executor may run a task
 * on the calling thread: the loads on its stack are put aside meanwhile.
 */
final class SafeExecutor implements Executor {
  private final Executor delegate;

  SafeExecutor(Executor delegate) {
    this.delegate = delegate;
  }

  @Override
  public void execute(Runnable task) {
    Once once = new Once(task);
    boolean aside = LoadStack.putAside();
    try {
      delegate.execute(once);
    } catch (RuntimeException | Error rejected) {
      executeOnLibraryPool(once);
    } finally {
      LoadStack.takeBack(aside);
    }
  }

  private static void executeOnLibraryPool(Runnable task) {
    try {
      DefaultExecutor.get().execute(task);
    } catch (RuntimeException | Error exhausted) {
      task.run();
    }
  }

  private static final class Once extends AtomicBoolean implements Runnable {
    private static final long serialVersionUID = 1L;

    private final transient Runnable task;

    Once(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (compareAndSet(false, true)) {
        task.run();
      }
    }
  }
}
