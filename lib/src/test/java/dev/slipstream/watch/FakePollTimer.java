package dev.slipstream.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A clock of polls on which the test moves the time, from one poll to the next. */
final class FakePollTimer implements PollTimer {
  /** Every delay that was asked for. */
  final List<Long> delays = new ArrayList<>();

  private final List<Scheduled> scheduled = new ArrayList<>();

  @Override
  public Future<?> schedule(Runnable task, long millis) {
    delays.add(millis);
    Scheduled added = new Scheduled(task);
    scheduled.add(added);
    return added;
  }

  /** Returns how many tasks wait for their time. */
  int waiting() {
    scheduled.removeIf(Future::isDone);
    return scheduled.size();
  }

  /** Lets the time of the one task that waits come. */
  void fire() {
    if (waiting() != 1) {
      throw new AssertionError("not one task waits, but " + waiting());
    }
    Scheduled due = scheduled.get(0);
    due.complete(null);
    due.task.run();
  }

  private static final class Scheduled extends CompletableFuture<Void> {
    private final Runnable task;

    Scheduled(Runnable task) {
      this.task = task;
    }
  }
}
