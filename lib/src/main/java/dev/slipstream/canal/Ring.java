package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import dev.slipstream.watch.CacheEvent;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last events, each at the place that its number gives it: number modulo the length.
 *
 * <p>An emitter first raises {@code last} to its number, and then sets its slot by compare-and-set.
 * So a slot never holds a number above {@code last}, and an emitter that has read a slot, and then
 * finds {@code last} less than one length ahead of itself, knows that what it read is of an earlier
 * lap. If a later lap comes in between, the compare-and-set fails, and the look at {@code last}
 * that follows shows that it is late: a stalled emitter overwrites nothing newer.
 *
 * <p>A reader that looks for a number finds it in its slot, or it does not. If not, the event was
 * overrun (its number is below {@link #first}), or it is not there yet, which says nothing of the
 * numbers after it: an emitter may stall between its number and its slot.
 */
final class Ring<K, V> {
  private static final int MAX_SIZE = 1 << 30;

  private final int size;
  private final int length; // the power of two that is not less than size

  /** Written by emitters, read by anybody. */
  private final AtomicReferenceArray<@Nullable CacheEvent<K, V>> slots;

  /** The highest number that was emitted: it never falls. Written by emitters, read by anybody. */
  private final AtomicLong last = new AtomicLong();

  /** As far as somebody has looked: see {@link #settled()}. It never falls. */
  private final AtomicLong settled = new AtomicLong();

  Ring(int size) {
    Arguments.requirePositive("size", size);
    if (size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "size must be at most %d, but is %d".formatted(MAX_SIZE, size));
    }
    this.size = size;
    this.length = size == 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
    this.slots = new AtomicReferenceArray<>(length);
  }

  int size() {
    return size;
  }

  long last() {
    return last.get();
  }

  /** Returns the number of the first of the latest so many events; 1 if there were not so many. */
  long first(int count) {
    return Math.max(1, last.get() - count + 1);
  }

  /** Returns the next number, for an event that is about to be set. */
  long next() {
    return last.incrementAndGet();
  }

  /** Sets the event at its place, unless it is late. */
  void put(CacheEvent<K, V> event) {
    raise(event.sequence());
    set(event);
  }

  /** Sets an event whose number has been taken or raised to. */
  void set(CacheEvent<K, V> event) {
    long sequence = event.sequence();
    int slot = slotOf(sequence);
    CacheEvent<K, V> earlier;
    do {
      earlier = slots.get(slot); // before the look at last
      if (last.get() - sequence >= length) {
        return;
      }
    } while (!slots.compareAndSet(slot, earlier, event));
  }

  private void raise(long sequence) {
    long highest = last.get();
    while (highest < sequence && !last.compareAndSet(highest, sequence)) {
      highest = last.get();
    }
  }

  /** Returns the event of that number, or null if it is not there yet or no more. */
  @Nullable CacheEvent<K, V> get(long sequence) {
    CacheEvent<K, V> event = slots.get(slotOf(sequence));
    return event != null && event.sequence() == sequence ? event : null;
  }

  /**
   * Returns a number up to which every event has been set, or is held no more. An event that is set
   * late, after one with a higher number, is above it.
   */
  long settled() {
    long from = settled.get();
    long sequence = from;
    while (sequence < last.get()) {
      if (get(sequence + 1) != null) {
        sequence++;
      } else if (sequence + 1 < first(size)) {
        sequence = first(size) - 1;
      } else {
        break;
      }
    }
    return settled.accumulateAndGet(sequence, Math::max);
  }

  /** Returns the first number from there on whose event is there, or the one after the last. */
  long firstThere(long from) {
    long sequence = from;
    while (sequence <= last.get() && get(sequence) == null) {
      sequence++;
    }
    return sequence;
  }

  private int slotOf(long sequence) {
    return (int) sequence & (length - 1);
  }
}
