package dev.slipstream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The timers of the {@link BatchModel}: of two that are due at one time the older comes first. */
final class BatchModelTimers {
  final List<Entry> waiting = new ArrayList<>();
  int time;

  /** Something that happens at a time, unless it is removed before. */
  static final class Entry {
    private final int at;
    private final Runnable task;

    private Entry(int at, Runnable task) {
      this.at = at;
      this.task = task;
    }
  }

  Entry add(int units, Runnable task) {
    Entry entry = new Entry(time + units, task);
    waiting.add(entry);
    return entry;
  }

  void remove(@Nullable Entry entry) {
    waiting.remove(entry);
  }

  /** Has the next happen that is due by then, and time pass until it does; false if none is. */
  boolean runNext(int until) {
    Entry next =
        waiting.stream()
            .filter(entry -> entry.at <= until)
            .min(Comparator.comparingInt(entry -> entry.at))
            .orElse(null);
    if (next == null) {
      return false;
    }
    waiting.remove(next);
    time = next.at;
    next.task.run();
    return true;
  }
}
