package dev.slipstream.redis;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which key a digest is of, for a ledger whose server knows only digests. Keys are held weakly, and
 * every instance counts: a cache holds the very instance that it gave to the ledger, but two equal
 * instances can come and go independently.
 */
final class KeyIndex<K> {
  private final ConcurrentHashMap<String, List<Entry<K>>> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<K> collected = new ReferenceQueue<>();

  private static final class Entry<K> extends WeakReference<K> {
    final String digest;

    Entry(String digest, K key, ReferenceQueue<K> queue) {
      super(key, queue);
      this.digest = digest;
    }
  }

  void add(String digest, K key) {
    expunge();
    List<Entry<K>> present = entries.get(digest);
    if (present != null && present.stream().anyMatch(entry -> entry.refersTo(key))) {
      return;
    }
    Entry<K> fresh = new Entry<>(digest, key, collected);
    entries.merge(
        digest,
        List.of(fresh),
        (old, added) -> Stream.concat(old.stream(), added.stream()).toList());
  }

  @Nullable K get(String digest) {
    for (Entry<K> entry : entries.getOrDefault(digest, List.of())) {
      K key = entry.get();
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  int size() {
    expunge();
    return entries.size();
  }

  private void expunge() {
    for (Object gone = collected.poll(); gone != null; gone = collected.poll()) {
      Object dead = gone;
      entries.computeIfPresent(
          ((Entry<?>) gone).digest,
          (digest, list) -> {
            List<Entry<K>> left = list.stream().filter(entry -> entry != dead).toList();
            return left.isEmpty() ? null : left;
          });
    }
  }
}
