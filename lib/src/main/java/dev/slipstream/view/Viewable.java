package dev.slipstream.view;

import dev.slipstream.internal.Texts;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What views are taken of, and restored into: a cache.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface Viewable<K, V> {
  /**
   * Returns the entries that are stored and have not expired, one after another.
   *
   * <p>The iterator is weakly consistent: it blocks no other thread, sees each entry as it is when
   * it comes by, and may or may not see what is written meanwhile. What was removed before this
   * call it does not see. It does not count as a read of the entries, and does not support {@code
   * remove}.
   *
   * @return an iterator for one thread
   */
  Iterator<EntryView<K, V>> entries();

  /**
   * Replaces what is stored under the keys of a partition by entries, which are taken one by one
   * and not held together: for views that do not fit into memory.
   *
   * <p>Each key changes as one act against its readers, and its fetch, if one is in flight, is
   * fenced. Entries that have expired are left out. What is stored under keys of the partition that
   * are not among the entries is removed at the end. What others write or fetch meanwhile stays,
   * unless an entry of its key comes after it.
   *
   * @param partition which keys to replace; of the others, none may be among the entries
   * @param entries the entries, no key twice. If it throws, what it gave before stays restored, and
   *     nothing is removed
   * @throws IllegalArgumentException if a key is not of the partition: as if the iterator had
   *     thrown
   */
  void restore(Predicate<? super K> partition, Iterator<? extends EntryView<K, V>> entries);

  /**
   * Adds entries, and overwrites those that are there under the same key; removes nothing. They are
   * taken one by one and not held together.
   *
   * @param entries the entries. If it throws, what it gave before stays
   */
  void merge(Iterator<? extends EntryView<K, V>> entries);

  /**
   * Returns a view of what is stored and has not expired. Fetches in flight and marks of absence
   * are not in it. It is exact if there are no writes meanwhile, and blocks no other thread.
   *
   * @return the view
   */
  default CacheView<K, V> snapshot() {
    return snapshot(key -> true);
  }

  /**
   * Returns a view of what is stored under some keys: those of a tenant, say.
   *
   * @param partition which keys
   * @return the view
   */
  default CacheView<K, V> snapshot(Predicate<? super K> partition) {
    Objects.requireNonNull(partition, "partition");
    Map<K, EntryView<K, V>> kept =
        new LinkedHashMap<>(); // a key that is removed and put comes twice
    Iterator<EntryView<K, V>> all = entries();
    while (all.hasNext()) {
      EntryView<K, V> entry = all.next();
      if (partition.test(entry.key())) {
        kept.put(entry.key(), entry);
      }
    }
    return new CacheView<>(List.copyOf(kept.values()));
  }

  /**
   * Replaces all that is stored by a view. Each key changes as one act against its readers; every
   * fetch in flight is fenced. Entries that have expired are left out; the others have the time to
   * live that the view says, from now on.
   *
   * @param view what to store
   */
  default void restore(CacheView<K, V> view) {
    restore(key -> true, view);
  }

  /**
   * Replaces what is stored under the keys of a partition by a view. Other keys, and their fetches,
   * are not touched.
   *
   * @param partition which keys to replace
   * @param view what to store
   * @throws IllegalArgumentException if a key of the view is not of the partition, which the
   *     message names; nothing has changed then
   */
  default void restore(Predicate<? super K> partition, CacheView<K, V> view) {
    Objects.requireNonNull(partition, "partition");
    for (EntryView<K, V> entry : view.entries()) {
      if (!partition.test(entry.key())) {
        throw new IllegalArgumentException(
            "the view has key %s, which is not of the partition that is to be restored: leave it out of"
                    .formatted(Texts.of(entry.key()))
                + " the view, or restore all");
      }
    }
    restore(partition, view.entries().iterator());
  }

  /**
   * Adds the entries of a view, and overwrites those that are there under the same key; removes
   * nothing. Entries that have expired are left out.
   *
   * @param view what to add
   */
  default void merge(CacheView<K, V> view) {
    merge(view.entries().iterator());
  }

  /**
   * Returns a view with stubs for values, and hands out the blobs that belong to it, up to 64 at a
   * time, on this thread: {@link Blobs#snapshot}.
   *
   * @param codec splits the values
   * @param visitor takes the blobs
   * @param <S> the type of stubs
   * @return the view, of the very values whose blobs the visitor has taken
   * @throws BlobException if the codec or the visitor fails; it names the key
   */
  default <S> CacheView<K, S> snapshotWithBlobs(BlobCodec<K, V, S> codec, BlobVisitor<K> visitor)
      throws BlobException {
    return Blobs.snapshot(this, codec, visitor);
  }

  /**
   * Fetches the blobs of a view on this thread, and then replaces all that is stored: {@link
   * Blobs#restore}.
   *
   * @param view the view with stubs
   * @param codec joins stubs and blobs
   * @param source gives the blobs
   * @param <S> the type of stubs
   * @throws BlobException if the codec or the source fails; it names the key, and nothing has
   *     changed
   */
  default <S> void restoreWithBlobs(
      CacheView<K, S> view, BlobCodec<K, V, S> codec, BlobSource<K> source) throws BlobException {
    Blobs.restore(this, view, codec, source);
  }
}
