package dev.slipstream.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last rows of numbers of one cache, so that a page which is opened now shows plots at once.
 */
final class History {
  /** How many rows are held: five minutes of one a second. */
  static final int MOST = 300;

  private final Deque<long[]> rows = new ArrayDeque<>(MOST); // guarded by this

  synchronized void add(long[] row) {
    if (rows.size() == MOST) {
      rows.removeFirst();
    }
    rows.addLast(row);
  }

  /** Returns the rows, the oldest first. */
  synchronized List<long[]> rows() {
    return List.copyOf(rows);
  }
}
