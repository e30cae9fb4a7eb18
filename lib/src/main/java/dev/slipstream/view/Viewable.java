package dev.slipstream.view;

import java.util.Iterator;
import java.util.function.Predicate;

/**
 * What views are taken of, and restored into, entry by entry: a cache.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface Viewable<K, V> {
  /**
   * Returns the entries that are stored and have not expired, one after another.
   *
   * <p>The iterator is weakly consistent: it blocks nobody, sees each entry as it is when it comes
   * by, and may or may not see what is written meanwhile. What was removed before this call it does
   * not see. It does not count as a read of the entries, and does not support {@code remove}.
   *
   * @return an iterator for one thread
   */
  Iterator<EntryView<K, V>> entries();

  /**
   * Replaces what is stored under the keys of a partition by entries: each key changes as one act,
   * and fetches of such keys that are in flight are fenced. Entries that have expired are left out.
   * The entries are not held together in memory.
   *
   * @param partition which keys to replace; of the others, none may be among the entries
   * @param entries the entries, no key twice. If it throws, what it gave before stays restored, and
   *     nothing is removed
   * @throws IllegalArgumentException if a key is not of the partition; entries before it stay
   *     restored
   */
  void restore(Predicate<? super K> partition, Iterator<? extends EntryView<K, V>> entries);

  /**
   * Adds entries, and overwrites those that are there under the same key; removes nothing.
   *
   * @param entries the entries, as above
   */
  void merge(Iterator<? extends EntryView<K, V>> entries);
}
