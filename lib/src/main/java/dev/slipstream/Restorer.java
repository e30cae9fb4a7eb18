package dev.slipstream;

import dev.slipstream.view.EntryView;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes views into L1. Each entry is a write like any other, which fences the key's flight; keys
 * that are to go are removed last, so that no key is absent in between that is in both.
 */
final class Restorer<K, V> {
  private final Engine<K, V> engine;
  private final Writer<K, V> writer;
  private final EntryViews<K, V> views;

  Restorer(Engine<K, V> engine, Writer<K, V> writer, EntryViews<K, V> views) {
    this.engine = engine;
    this.writer = writer;
    this.views = views;
  }

  void restore(
      Predicate<? super K> partition, Iterator<? extends EntryView<? extends K, ? extends V>> all) {
    engine.requireOpen();
    Object restore = new Object();
    writer.fenceAll(partition);
    while (all.hasNext()) {
      EntryView<? extends K, ? extends V> entry = all.next();
      requireOf(partition, entry.key());
      write(entry, restore);
    }
    engine
        .l1
        .map()
        .forEach(
            (key, entry) -> {
              if (!isOf(restore, entry) && partition.test(key)) {
                writer.removeIfStill(key, entry);
              }
            });
    engine.l1.clearAbsences(partition);
    writer.fenceAll(partition);
  }

  void merge(Iterator<? extends EntryView<? extends K, ? extends V>> all) {
    engine.requireOpen();
    Object restore = new Object();
    while (all.hasNext()) {
      write(all.next(), restore);
    }
  }

  private void write(EntryView<? extends K, ? extends V> entry, Object restore) {
    if (!entry.hasExpired()) {
      TrackedValue<V> fresh = views.newEntry(entry, restore);
      writer.put(entry.key(), fresh, () -> views.put(entry, fresh));
    }
  }

  private static boolean isOf(Object restore, @Nullable CachedValue<?> entry) {
    return entry instanceof TrackedValue<?> tracked && tracked.restore == restore;
  }

  private void requireOf(Predicate<? super K> partition, K key) {
    if (!partition.test(key)) {
      throw new IllegalArgumentException(
          "cache %s: key %s is not of the partition that is to be restored: leave it out of the view,"
                  .formatted(engine.name, Failures.text(key))
              + " or restore all");
    }
  }
}
