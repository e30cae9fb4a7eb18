package dev.slipstream;

import dev.slipstream.view.EntryView;
import java.util.Iterator;
import java.util.function.Predicate;

/**
 * Writes views into L1. Each entry is a write like any other, which fences the key's flight. What
 * was there before the restore began is removed last, so that no key is absent in between that is
 * in both, and what others write meanwhile stays: entries tell by their {@link EntryGroup}.
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
    writer.fenceAll(partition); // before: what a flight of earlier stores is of an older group
    EntryGroup<V> group = engine.beginRestore();
    while (all.hasNext()) {
      EntryView<? extends K, ? extends V> entry = all.next();
      requireOf(partition, entry.key());
      write(entry, group);
    }
    engine
        .l1
        .map()
        .forEach(
            (key, entry) -> {
              if (entry.group.restores < group.restores && partition.test(key)) {
                writer.removeIfStill(key, entry);
              }
            });
    engine.l1.clearAbsences(partition);
    writer.fenceAll(partition);
  }

  void merge(Iterator<? extends EntryView<? extends K, ? extends V>> all) {
    engine.requireOpen();
    EntryGroup<V> group = new EntryGroup<>(engine, engine.group.restores, true);
    while (all.hasNext()) {
      write(all.next(), group);
    }
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
}
