package dev.slipstream;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The loads of a node that its ledger knows of. A load is referred to weakly: what keeps it is what
 * may still complete it, as with a flight and its slot.
 */
final class SharedLoads<K> {
  private final ConcurrentHashMap<K, List<Entry<K>>> loads = new ConcurrentHashMap<>();

  /** Adds a load; it is to be removed when it has ended, or was collected. */
  Entry<K> add(K key, Load load) {
    Entry<K> entry = new Entry<>(key, load);
    loads.compute(
        key,
        (same, present) -> {
          List<Entry<K>> entries = present == null ? new CopyOnWriteArrayList<>() : present;
          entries.add(entry);
          return entries;
        });
    return entry;
  }

  void remove(Entry<K> entry) {
    loads.computeIfPresent(
        entry.key,
        (same, entries) -> {
          entries.remove(entry);
          return entries.isEmpty() ? null : entries;
        });
  }

  /** Something changed in the ledger for the key. */
  void changed(K key) {
    List<Entry<K>> entries = loads.get(key);
    if (entries != null) {
      for (Entry<K> entry : entries) {
        Load load = entry.get();
        if (load == null) {
          remove(entry);
        } else {
          load.changed();
        }
      }
    }
  }

  void changedAll() {
    loads.keySet().forEach(this::changed);
  }

  boolean isEmpty() {
    return loads.isEmpty();
  }

  void close() {
    for (List<Entry<K>> entries : loads.values()) {
      for (Entry<K> entry : entries) {
        Load load = entry.get();
        if (load != null) {
          load.close();
        }
      }
    }
  }

  /** What is notified. */
  interface Load {
    /** Something changed in the ledger: it is time to look. */
    void changed();

    /** The node leaves. */
    void close();
  }

  /** A load's place. */
  static final class Entry<K> extends WeakReference<Load> {
    final K key;

    Entry(K key, @Nullable Load load) {
      super(load);
      this.key = key;
    }
  }
}
