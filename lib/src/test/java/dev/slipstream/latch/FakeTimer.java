package dev.slipstream.latch;

import dev.slipstream.internal.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A timer that goes on only when a test says so, and then runs what is due on that thread. */
final class FakeTimer implements Timer {
  private final List<Due> waiting = new ArrayList<>();
  private Duration now = Duration.ZERO;

  @Override
  public synchronized Handle schedule(Runnable task, long delay, TimeUnit unit) {
    Due due = new Due(now.plus(delay, unit.toChronoUnit()), task);
    waiting.add(due);
    return due;
  }

  @Override
  public Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
    return schedule(task, delay, unit);
  }

  /** Returns how many tasks are to come. */
  synchronized int size() {
    return waiting.size();
  }

  void advance(Duration duration) {
    for (Due due : pass(duration)) {
      due.task.run();
    }
  }

  private synchronized List<Due> pass(Duration duration) {
    now = now.plus(duration);
    List<Due> due = waiting.stream().filter(each -> each.at.compareTo(now) <= 0).toList();
    waiting.removeAll(due);
    return due;
  }

  private synchronized void forget(Due due) {
    waiting.remove(due);
  }

  private final class Due implements Handle {
    private final Duration at;
    private final Runnable task;

    Due(Duration at, Runnable task) {
      this.at = at;
      this.task = task;
    }

    @Override
    public void cancel() {
      forget(this);
    }
  }
}
