package dev.slipstream;

import dev.slipstream.view.EntryView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Writes views into L1. Each entry is a write like any other, which fences the key's flight. What
 * is to go are the very entries that were there when the restore began: they are removed last, so
 * that no key is absent in between that is in both, and what others write meanwhile stays.
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
    EntryGroup<V> group = new EntryGroup<>(engine);
    writer.fenceAll(partition);
    List<Old<K, V>> before = entriesOf(partition);
    while (all.hasNext()) {
      EntryView<? extends K, ? extends V> entry = all.next();
      requireOf(partition, entry.key());
      write(entry, group);
    }
    before.forEach(old -> writer.removeIfStill(old.key, old.entry));
    engine.l1.clearAbsences(partition);
    writer.fenceAll(partition);
  }

  void merge(Iterator<? extends EntryView<? extends K, ? extends V>> all) {
    engine.requireOpen();
    EntryGroup<V> group = new EntryGroup<>(engine);
    while (all.hasNext()) {
      write(all.next(), group);
    }
  }

  private List<Old<K, V>> entriesOf(Predicate<? super K> partition) {
    List<Old<K, V>> entries = new ArrayList<>();
    engine
        .l1
        .map()
        .forEach(
            (key, entry) -> {
              if (partition.test(key)) {
                entries.add(new Old<>(key, entry));
              }
            });
    return entries;
  }

  private void write(EntryView<? extends K, ? extends V> entry, EntryGroup<V> group) {
    if (!entry.hasExpired()) {
      writer.put(entry, views.newEntry(entry, group), views);
    }
  }

  private void requireOf(Predicate<? super K> partition, K key) {
    if (!partition.test(key)) {
      throw new IllegalArgumentException(
          "cache %s: key %s is not of the partition that is to be restored: leave it out of the view,"
                  .formatted(engine.name, Failures.text(key))
              + " or restore all");
    }
  }

  private record Old<K, V>(K key, CachedValue<V> entry) {}
}
