package dev.slipstream;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of slots whose keys all fall into one segment, and many of them into its first bucket;
 * its growth runs when the race says so.
 */
final class Slots {
  /** Keys with so great a difference share a bucket, as long as the segment has not grown. */
  static final int SAME_BUCKET = 128;

  /** Keys with so great a difference fall into neighbouring buckets. */
  static final int NEXT_BUCKET = 16;

  private static final int MANY = 64;

  final List<Runnable> growths = new ArrayList<>();
  final SlotTable<Integer, Integer> table = new SlotTable<>(growths::add);

  /** Inserts a slot, which is the newest in its bucket. */
  Slot<Integer, Integer> add(int key) {
    Slot<Integer, Integer> slot = new Slot<>(key);
    if (!table.insert(slot)) {
      throw new AssertionError("there is a slot for " + key);
    }
    return slot;
  }

  /** Fills the first bucket until the segment is to grow; returns the first slot's key. */
  int fill() {
    for (int i = 0; growths.isEmpty() && i < MANY; i++) {
      add(i * SAME_BUCKET);
    }
    return 0;
  }

  void grow() {
    growths.remove(0).run();
  }

  /** Returns "there" or "gone". */
  String sight(int key) {
    return table.find(key) == null ? "gone" : "there";
  }
}
