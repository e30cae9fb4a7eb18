package dev.slipstream.latch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A timer that goes on only when a test says so, and then runs what is due on that thread. */
final class FakeDelays implements Delays {
  private final List<Due> waiting = new ArrayList<>();
  private Duration now = Duration.ZERO;

  @Override
  public synchronized Future<?> schedule(Runnable task, Duration delay) {
    Due due = new Due(now.plus(delay), task);
    waiting.add(due);
    return due;
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

  private final class Due extends CompletableFuture<Void> {
    private final Duration at;
    private final Runnable task;

    Due(Duration at, Runnable task) {
      this.at = at;
      this.task = task;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      forget(this);
      return super.cancel(mayInterruptIfRunning);
    }
  }
}
