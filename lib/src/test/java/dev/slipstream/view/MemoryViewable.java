package dev.slipstream.view;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A cache for tests: it forgets nothing, and counts what is done to it. */
class MemoryViewable<K, V> implements Viewable<K, V> {
  final Map<K, EntryView<K, V>> stored = new ConcurrentHashMap<>();
  int changes;

  @SafeVarargs
  static <K, V> MemoryViewable<K, V> of(EntryView<K, V>... entries) {
    return of(List.of(entries));
  }

  static <K, V> MemoryViewable<K, V> of(Iterable<EntryView<K, V>> entries) {
    MemoryViewable<K, V> viewable = new MemoryViewable<>();
    entries.forEach(entry -> viewable.stored.put(entry.key(), entry));
    return viewable;
  }

  @Override
  public Iterator<EntryView<K, V>> entries() {
    return stored.values().iterator();
  }

  @Override
  public void restore(Predicate<? super K> partition, Iterator<? extends EntryView<K, V>> entries) {
    changes++;
    Set<K> kept = new HashSet<>();
    while (entries.hasNext()) {
      EntryView<K, V> entry = entries.next();
      if (!partition.test(entry.key())) {
        throw new IllegalArgumentException("not of the partition: " + entry.key());
      }
      kept.add(entry.key());
      stored.put(entry.key(), entry);
    }
    stored.keySet().removeIf(key -> partition.test(key) && !kept.contains(key));
  }

  @Override
  public void merge(Iterator<? extends EntryView<K, V>> entries) {
    changes++;
    entries.forEachRemaining(entry -> stored.put(entry.key(), entry));
  }
}
