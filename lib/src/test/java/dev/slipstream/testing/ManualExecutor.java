package dev.slipstream.testing;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An executor whose tasks wait until the test runs them, on the test's thread, or drops them. */
public final class ManualExecutor implements Executor {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Returns how many tasks are waiting. */
  public int size() {
    return tasks.size();
  }

  /** Runs the oldest task, waiting for one if there is none. */
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

  /** Runs tasks until none is waiting, including those that they submit; returns how many. */
  public int runAll() {
    int count = 0;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      count++;
    }
    return count;
  }

  /** Drops every waiting task, as a discarding executor does; returns how many. */
  public int drop() {
    int count = tasks.size();
    tasks.clear();
    return count;
  }
}
