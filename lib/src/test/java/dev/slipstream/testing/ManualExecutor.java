package dev.slipstream;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An executor whose tasks wait until the test runs them, on its own thread, or drops them. */
public final class ManualExecutor implements Executor {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Returns how many tasks wait. */
  public int size() {
    return tasks.size();
  }

  /** Runs the oldest task, which may still be on its way here from another thread. */
  public void runNext() {
    try {
      Runnable task = tasks.poll(Eventually.SECONDS, TimeUnit.SECONDS);
      if (task == null) {
        throw new AssertionError("no task came within " + Eventually.SECONDS + " s");
      }
      task.run();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a task", e);
    }
  }

  /** Runs tasks until none waits, those included that they submit; returns how many it ran. */
  public int runAll() {
    int count = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      count++;
    }
    return count;
  }

  /** Forgets every task that waits, as a discarding executor does; returns how many. */
  public int drop() {
    int count = tasks.size();
    tasks.clear();
    return count;
  }
}
