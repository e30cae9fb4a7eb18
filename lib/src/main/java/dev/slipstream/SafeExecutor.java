package dev.slipstream;

import java.util.concurrent.Executor;

/**
 * The executor of callbacks and deliveries. What the user's executor rejects runs on the library's
 * own pool, and if that cannot start a thread either, here: nobody is stranded (G8). Every task
 * that is given to it may be run twice without harm, since an executor can run a task and throw as
 * well.
 */
final class SafeExecutor implements Executor {
  private final Executor delegate;

  SafeExecutor(Executor delegate) {
    this.delegate = delegate;
  }

  @Override
  public void execute(Runnable task) {
    try {
      delegate.execute(task);
    } catch (RuntimeException | Error rejected) {
      executeOnLibraryPool(task);
    }
  }

  private static void executeOnLibraryPool(Runnable task) {
    try {
      DefaultExecutor.get().execute(task);
    } catch (RuntimeException | Error exhausted) {
      task.run();
    }
  }
}
