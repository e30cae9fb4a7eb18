package dev.slipstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/*
 * A concurrent hash table of slots, whose nodes are the slots themselves: to register a flight
 * allocates nothing more, and to remove one needs no method of its key.
 *
 * Representation
 * --------------
 * The table is cut into segments by the low bits of the hash. A segment is an array of buckets; a
 * bucket is a list of slots by Slot.next, the newest first. A slot is inserted once, and removed once.
 *
 * Changes
 * -------
 * An insert, in front of the others in its bucket, and the removal of a slot that is alone in its bucket,
 * are one compare-and-set of the bucket. All else is done under the segment's monitor, and changes a
 * bucket's head by compare-and-set all the same, since the two of the first kind may come at any time:
 *   - a slot gets a next only before it is in the table, or when the one behind it is removed or
 *     replaced; so a next that is null stays null, and a slot that is alone cannot get one behind it;
 *   - an insert in front of a slot that is being removed or replaced as the head: one of the two
 *     compare-and-sets fails and looks again;
 *   - behind the head the list is changed under the monitor alone, and inserts do not disturb that.
 * To see that a key has no slot and to insert one is a single step: the compare-and-set expects the head
 * that the search began at. If that is still the head, or is so again, all that was inserted meanwhile is
 * removed, since it was in front; behind a head nothing is inserted. A search that is led astray by the
 * segment's growth began at a head that growth has replaced.
 *
 * Reads
 * -----
 * A search takes no lock. It may pass over a slot that is removed meanwhile, whose next still leads on.
 * It is undisturbed by what happens but for a segment that grows, which relinks its slots: a search
 * that found nothing looks whether that has happened, and if so searches again under the monitor.
 *
 * Growth
 * ------
 * A segment grows when an insert finds a long list in a segment with more slots than half its buckets,
 * so that most slots are alone in theirs. It is done on a thread of the library's, not at the end of a
 * caller's stack. Each bucket of the old array is first replaced by MOVED, which no compare-and-set
 * expects; then its slots are relinked into the new array, and then that takes the old one's place.
 */
final class SlotTable<K, V> {
  private static final int SEGMENTS = 16;
  private static final int SEGMENT_BITS = 4;
  private static final int FIRST_BUCKETS = 8;
  private static final int MOST_BUCKETS = 1 << 24;

  /** A bucket with more slots than this is a reason to see whether the segment is full. */
  private static final int LONG_LIST = 2;

  private static final Slot<Object, Object> MOVED = new Slot<>(new Object());
  private static final VarHandle BUCKET = MethodHandles.arrayElementVarHandle(Slot[].class);

  private final Segment<K, V>[] segments;

  /**
   * Makes an empty table.
   *
   * @param growing runs the growth of segments
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  SlotTable(Executor growing) {
    segments = new Segment[SEGMENTS];
    for (int i = 0; i < SEGMENTS; i++) {
      segments[i] = new Segment<>(growing);
    }
  }

  @Nullable Slot<K, V> find(K key) {
    int hash = Slot.hash(key);
    return segment(hash).find(key, hash);
  }

  /** Inserts a slot, if its key has none. */
  boolean insert(Slot<K, V> fresh) {
    return segment(fresh.hash).insert(fresh);
  }

  /** Puts a slot in the place of another, if that is still there. */
  boolean replace(Slot<K, V> found, Slot<K, V> fresh) {
    return segment(found.hash).replace(found, fresh);
  }

  /** Removes a slot, which is meant by identity; does nothing if it is not there. */
  void remove(Slot<K, V> slot) {
    segment(slot.hash).remove(slot);
  }

  /** Returns the slots that are there; those that come or go meanwhile may be among them or not. */
  List<Slot<K, V>> slots() {
    int buckets = 0;
    for (Segment<K, V> segment : segments) {
      buckets += segment.buckets.length;
    }
    List<Slot<K, V>> all = new ArrayList<>(buckets); // about as many
    for (Segment<K, V> segment : segments) {
      segment.addTo(all);
    }
    return all;
  }

  /**
   * Reduces what the slots give to one number, without a copy and without a lock: those that come
   * or go meanwhile may be in it or not. What is given may be asked for twice.
   */
  long reduce(long identity, ToLongFunction<Slot<K, V>> of, LongBinaryOperator with) {
    long result = identity;
    for (Segment<K, V> segment : segments) {
      result = with.applyAsLong(result, segment.reduce(identity, of, with));
    }
    return result;
  }

  boolean isEmpty() {
    for (Segment<K, V> segment : segments) {
      if (!segment.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private Segment<K, V> segment(int hash) {
    return segments[hash & (SEGMENTS - 1)];
  }

  private static final class Segment<K, V> {
    private final Executor growing;

    /** Replaced by a larger one under this; its elements as described above. */
    private volatile Slot<K, V>[] buckets = newBuckets(FIRST_BUCKETS);

    /** Whether slots are being relinked. Written under this; read by searches. */
    private volatile boolean relinking;

    /** Whether growth was asked for and has not come. Guarded by this. */
    private boolean full;

    /** So long may a list be before the slots are counted again. Written under this. */
    private volatile int listLimit = LONG_LIST;

    Segment(Executor growing) {
      this.growing = growing;
    }

    @Nullable Slot<K, V> find(K key, int hash) {
      Slot<K, V>[] table = buckets;
      Slot<K, V> found = search(head(table, hash), key, hash);
      if (found != null || (!relinking && buckets == table)) {
        return found;
      }
      synchronized (this) {
        return search(head(buckets, hash), key, hash);
      }
    }

    boolean insert(Slot<K, V> fresh) {
      Slot<K, V>[] table = buckets;
      while (true) {
        int index = index(table, fresh.hash);
        Slot<K, V> head = at(table, index);
        if (head == MOVED) {
          table = grown();
          continue;
        }
        if (search(head, fresh.key, fresh.hash) != null) {
          return false;
        }
        growIfFull(head); // now, while nothing is done: it may come to the end of the stack
        fresh.linkBefore(head);
        if (BUCKET.compareAndSet(table, index, head, fresh)) {
          return true;
        }
      }
    }

    /** Returns the buckets when the segment has grown. */
    private synchronized Slot<K, V>[] grown() {
      return buckets;
    }

    synchronized boolean replace(Slot<K, V> found, Slot<K, V> fresh) {
      Slot<K, V>[] table = buckets;
      int index = index(table, found.hash);
      Slot<K, V> head = at(table, index);
      while (head == found) {
        fresh.next = found.next;
        if (BUCKET.compareAndSet(table, index, found, fresh)) {
          return true;
        }
        head = at(table, index); // removed as the only one, or there is one in front of it
      }
      Slot<K, V> before = before(head, found);
      if (before == null) {
        return false;
      }
      fresh.next = found.next;
      before.next = fresh;
      return true;
    }

    void remove(Slot<K, V> slot) {
      Slot<K, V>[] table = buckets;
      int index = index(table, slot.hash);
      Slot<K, V> head = at(table, index);
      if (head == slot && slot.next == null) {
        if (BUCKET.compareAndSet(table, index, slot, null)) {
          return;
        }
      } else if (head == null) {
        return;
      }
      removeBesideOthers(slot);
    }

    private synchronized void removeBesideOthers(Slot<K, V> slot) {
      Slot<K, V>[] table = buckets;
      int index = index(table, slot.hash);
      Slot<K, V> head = at(table, index);
      while (head == slot) {
        if (BUCKET.compareAndSet(table, index, slot, slot.next)) {
          return;
        }
        head = at(table, index); // removed as the only one, or there is one in front of it
      }
      Slot<K, V> before = before(head, slot);
      if (before != null) {
        before.next = slot.next;
      }
    }

    long reduce(long identity, ToLongFunction<Slot<K, V>> of, LongBinaryOperator with) {
      Slot<K, V>[] table = buckets;
      long result = reduce(table, identity, of, with);
      if (!relinking && buckets == table) {
        return result;
      }
      synchronized (this) {
        return reduce(buckets, identity, of, with);
      }
    }

    private static <K, V> long reduce(
        Slot<K, V>[] table, long identity, ToLongFunction<Slot<K, V>> of, LongBinaryOperator with) {
      long result = identity;
      for (int i = 0; i < table.length; i++) {
        for (Slot<K, V> slot = at(table, i); slot != null; slot = slot.next) {
          result = with.applyAsLong(result, of.applyAsLong(slot));
        }
      }
      return result;
    }

    synchronized void addTo(List<Slot<K, V>> all) {
      Slot<K, V>[] table = buckets;
      for (int i = 0; i < table.length; i++) {
        for (Slot<K, V> slot = at(table, i); slot != null; slot = slot.next) {
          all.add(slot);
        }
      }
    }

    synchronized boolean isEmpty() {
      Slot<K, V>[] table = buckets;
      for (int i = 0; i < table.length; i++) {
        if (at(table, i) != null) {
          return false;
        }
      }
      return true;
    }

    /** Has the segment grow, if the list that an insert meets calls for more buckets. */
    private void growIfFull(@Nullable Slot<K, V> list) {
      if (list == null || length(list) <= listLimit) {
        return;
      }
      synchronized (this) {
        if (full || !isFull(buckets, list)) {
          return;
        }
        full = true;
      }
      try {
        growing.execute(this::grow);
      } catch (RuntimeException | Error e) { // no thread can be started: a later insert asks again
        synchronized (this) {
          full = false;
        }
      }
    }

    /** Called under this. */
    private boolean isFull(Slot<K, V>[] table, Slot<K, V> list) {
      if (table.length >= MOST_BUCKETS) {
        return false;
      }
      int slots = 0;
      for (int i = 0; i < table.length; i++) {
        slots += length(at(table, i));
      }
      if (2 * slots > table.length) {
        return true;
      }
      listLimit = 2 * length(list); // keys with the same hash: more buckets would not help
      return false;
    }

    private synchronized void grow() {
      Slot<K, V>[] old = buckets;
      Slot<K, V>[] larger;
      try {
        larger = newBuckets(2 * old.length);
      } catch (OutOfMemoryError e) {
        full = false; // the next insert asks again
        throw e;
      }
      relinking = true;
      for (int i = 0; i < old.length; i++) {
        @SuppressWarnings("unchecked")
        Slot<K, V> slot = (Slot<K, V>) BUCKET.getAndSet(old, i, MOVED);
        while (slot != null) {
          Slot<K, V> following = slot.next;
          int index = index(larger, slot.hash);
          slot.next = larger[index];
          larger[index] = slot;
          slot = following;
        }
      }
      buckets = larger;
      relinking = false;
      full = false;
      listLimit = LONG_LIST;
    }

    private static <K, V> @Nullable Slot<K, V> search(@Nullable Slot<K, V> head, K key, int hash) {
      Slot<K, V> slot = head;
      while (slot != null && !slot.isOf(key, hash)) {
        slot = slot.next;
      }
      return slot;
    }

    private static <K, V> @Nullable Slot<K, V> before(@Nullable Slot<K, V> head, Slot<K, V> slot) {
      Slot<K, V> before = head;
      while (before != null && before.next != slot) {
        before = before.next;
      }
      return before;
    }

    private static int length(@Nullable Slot<?, ?> list) {
      int length = 0;
      for (Slot<?, ?> slot = list; slot != null; slot = slot.next) {
        length++;
      }
      return length;
    }

    private static <K, V> @Nullable Slot<K, V> head(Slot<K, V>[] table, int hash) {
      return at(table, index(table, hash));
    }

    private static int index(Slot<?, ?>[] table, int hash) {
      return (hash >>> SEGMENT_BITS) & (table.length - 1);
    }

    @SuppressWarnings("unchecked")
    private static <K, V> @Nullable Slot<K, V> at(Slot<K, V>[] table, int index) {
      return (Slot<K, V>) BUCKET.getVolatile(table, index);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <K, V> Slot<K, V>[] newBuckets(int length) {
      return new Slot[length];
    }
  }
}
