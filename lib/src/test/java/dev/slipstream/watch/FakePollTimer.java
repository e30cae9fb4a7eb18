package dev.slipstream.watch;

import dev.slipstream.internal.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A clock of polls on which the test moves the time, from one poll to the next. */
class FakePollTimer implements Timer {
  /** Every delay that was asked for. */
  final List<Long> delays = new ArrayList<>();

  private final List<Scheduled> scheduled = new ArrayList<>();

  @Override
  public Handle schedule(Runnable task, long delay, TimeUnit unit) {
    delays.add(unit.toMillis(delay));
    Scheduled added = new Scheduled(task);
    scheduled.add(added);
    return added;
  }

  @Override
  public Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
    return schedule(task, delay, unit);
  }

  /** Returns how many tasks wait for their time. */
  int waiting() {
    scheduled.removeIf(each -> each.done);
    return scheduled.size();
  }

  /** Lets the time of the one task that waits come. */
  void fire() {
    if (waiting() != 1) {
      throw new AssertionError("not one task waits, but " + waiting());
    }
    Scheduled due = scheduled.get(0);
    due.done = true;
    due.task.run();
  }

  private static final class Scheduled implements Handle {
    private final Runnable task;
    private boolean done;

    Scheduled(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      done = true;
    }
  }
}
