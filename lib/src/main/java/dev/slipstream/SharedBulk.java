package dev.slipstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The loader of the keys of one bulk call in a cache that shares its fetches. Each key has a {@link
 * SharedLoad} of its own; those that get the lease of their key load through this. The bulk loader
 * is called once, when all keys have their first answer from the ledger, for those that are to be
 * loaded here; and again for a key that is taken over later. Further values that it returns are not
 * stored.
 */
final class SharedBulk<K, V> implements GatheringLoader<K, V> {
  private final CacheCore<K, V> core;
  private final BulkLoader<K, V> loader;

  // Guarded by this.
  private int unanswered = 1; // the opener
  private final Set<Object> answered = new HashSet<>();
  private List<KeyValue<K, V>> wanted = new ArrayList<>();

  SharedBulk(CacheCore<K, V> core, BulkLoader<K, V> loader) {
    this.core = core;
    this.loader = loader;
  }

  /** One more key will be answered. */
  synchronized void expect() {
    unanswered++;
  }

  /** All keys are there. */
  void opened() {
    answered(this);
  }

  /** Some key is not to be loaded for now; any object of its own names it. */
  void answered(Object name) {
    synchronized (this) {
      if (!answered.add(name)) {
        return;
      }
      unanswered--;
    }
    callIfComplete();
  }

  @Override
  public CompletionStage<V> load(K key, FetchContext context) {
    KeyValue<K, V> value = new KeyValue<>(key, context);
    synchronized (this) {
      wanted.add(value);
    }
    answered(context);
    callIfComplete(); // a key that is taken over had its answer before
    return value;
  }

  private void callIfComplete() {
    List<KeyValue<K, V>> batch;
    synchronized (this) {
      if (unanswered > 0 || wanted.isEmpty()) {
        return;
      }
      batch = wanted;
      wanted = new ArrayList<>();
    }
    batch.removeIf(CompletableFuture::isDone);
    if (!batch.isEmpty()) {
      new Batch<>(core, loader, batch, false).start();
    }
  }
}
