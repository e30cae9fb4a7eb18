package dev.slipstream.testing;

import dev.slipstream.internal.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A timer whose time the test moves: what is due runs on the test's thread. */
public final class ManualTimer implements Timer {
  private final List<Entry> entries = new ArrayList<>();
  private long now;

  @Override
  public synchronized Handle schedule(Runnable task, long delay, TimeUnit unit) {
    Entry entry = new Entry(now + Math.max(0, unit.toNanos(delay)), task);
    entries.add(entry);
    return () -> cancel(entry);
  }

  @Override
  public Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
    return schedule(task, delay, unit);
  }

  private synchronized void cancel(Entry entry) {
    entries.remove(entry);
  }

  /** Returns how many tasks wait. */
  public synchronized int waiting() {
    return entries.size();
  }

  /** Lets time pass, and runs what is due in it, the earliest first. */
  public void advance(Duration duration) {
    long until = now + duration.toNanos();
    for (Entry due = nextUntil(until); due != null; due = nextUntil(until)) {
      due.task.run();
    }
    now = until;
  }

  /**
   * Runs the earliest task that is due within a time, which passes until then; false if none is.
   */
  public boolean runNext(Duration limit) {
    Entry due = nextUntil(now + limit.toNanos());
    if (due != null) {
      due.task.run();
    }
    return due != null;
  }

  private synchronized Entry nextUntil(long until) {
    Entry next =
        entries.stream()
            .filter(entry -> entry.at <= until)
            .min(Comparator.comparingLong(Entry::at))
            .orElse(null);
    if (next != null) {
      entries.remove(next);
      now = next.at;
    }
    return next;
  }

  private record Entry(long at, Runnable task) {}
}
