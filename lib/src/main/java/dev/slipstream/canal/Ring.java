package dev.slipstream.canal;

import dev.slipstream.internal.Arguments;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last events, each at the place that its number gives it: number modulo the length.
 *
 * <p>{@link #append} sets the slot of the next number by compare-and-set, which is all that counts;
 * {@code last} is a hint where to look for the next slot, and may lag. Slots are set one after
 * another, and each one's numbers only rise, so a walk from any hint that is not too high, on from
 * each slot whose event has a higher number, ends at the last event. An emitter that stalls, or
 * whose stack ends, holds up nobody and leaves no number without an event; one that stalled before
 * its hint sets back the hint of others, and the next walk is longer. (A tail that lags is that of
 * Michael and Scott's queue: Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue
 * Algorithms, PODC 1996; there it lags by one.)
 *
 * <p>{@link #put} takes events that have numbers already, in any order: it raises {@code last} to
 * the number, and sets the slot after that. An emitter that has read a slot, and then finds {@code
 * last} less than one length ahead of itself, knows that what it read is of an earlier lap. If a
 * later lap comes in between, the compare-and-set fails, and the look at {@code last} that follows
 * shows that it is late: a stalled emitter overwrites nothing newer.
 *
 * <p>A reader that looks for a number up to {@code last} finds it in its slot, or it does not. If
 * not, the event was overrun (its number is below {@link #first}), or an emitter that put it stalls
 * before it sets its slot, which says nothing of the numbers after it.
 */
final class Ring<K, V> {
  private static final int MAX_SIZE = 1 << 30;

  private final int size;
  private final int length; // the power of two that is not less than size

  /** Written by emitters, read by anybody. */
  private final AtomicReferenceArray<@Nullable CacheEvent<K, V>> slots;

  /**
   * No more than the highest number. Written by emitters, and by readers that find a higher one.
   * Only emitters that append may lower it.
   */
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

  /** Returns the highest number that was emitted. */
  long last() {
    long hint = last.get();
    long highest = hint;
    CacheEvent<K, V> next = slots.get(slotOf(highest + 1));
    while (next != null && next.sequence() > highest) {
      highest = next.sequence();
      next = slots.get(slotOf(highest + 1));
    }
    if (highest > hint) {
      last.compareAndSet(hint, highest);
    }
    return highest;
  }

  /** Returns the number of the first of the latest so many events; 1 if there were not so many. */
  long first(int count) {
    return Math.max(1, last() - count + 1);
  }

  /** Makes the event of the next number, and sets it at its place. */
  CacheEvent<K, V> append(
      K key,
      EventType type,
      long epochMillis,
      @Nullable V value,
      @Nullable Throwable failure,
      long fetchId) {
    while (true) {
      long before = last();
      CacheEvent<K, V> event =
          new CacheEvent<>(before + 1, key, type, epochMillis, value, failure, fetchId);
      int slot = slotOf(before + 1);
      CacheEvent<K, V> earlier = slots.get(slot);
      if (isOfEarlierLap(earlier, before + 1) && slots.compareAndSet(slot, earlier, event)) {
        last.setRelease(before + 1);
        return event;
      }
    }
  }

  private boolean isOfEarlierLap(@Nullable CacheEvent<K, V> event, long sequence) {
    return event == null || event.sequence() < sequence;
  }

  /** Sets the event at its place, unless it is late. */
  void put(CacheEvent<K, V> event) {
    raise(event.sequence());
    set(event);
  }

  /** Sets an event that {@code last} was raised to. */
  private void set(CacheEvent<K, V> event) {
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
    while (sequence < last()) {
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
    while (sequence <= last() && get(sequence) == null) {
      sequence++;
    }
    return sequence;
  }

  private int slotOf(long sequence) {
    return (int) sequence & (length - 1);
  }
}
