package dev.slipstream;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The loader of the keys of one bulk call in a cache that shares its fetches. Each key has a {@link
 * SharedLoad} of its own; those that get the lease of their key load through this. The bulk loader
 * is called once, when all keys have their first answer from the ledger, for those that are to be
 * loaded here; and again for a key that is taken over later. Further values that it returns are not
 * stored.
 */
final class SharedBulk<K, V> implements AsyncLoader<K, V> {
  private final CacheCore<K, V> core;
  private final BulkLoader<K, V> loader;

  // Guarded by this.
  private int unanswered = 1; // the opener
  private final Set<Object> answered = new HashSet<>();
  private Map<K, KeyValue<V>> wanted = new LinkedHashMap<>();

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
    KeyValue<V> value = new KeyValue<>((LoadContext<?, ?>) context);
    synchronized (this) {
      wanted.put(key, value);
    }
    answered(context);
    callIfComplete(); // a key that is taken over had its answer before
    return value;
  }

  private void callIfComplete() {
    Map<K, KeyValue<V>> batch;
    synchronized (this) {
      if (unanswered > 0 || wanted.isEmpty()) {
        return;
      }
      batch = wanted;
      wanted = new LinkedHashMap<>();
    }
    batch.values().removeIf(CompletableFuture::isDone);
    if (!batch.isEmpty()) {
      new Batch<>(core, batch).start(loader);
    }
  }

  /** What one key's load waits for. */
  private static final class KeyValue<V> extends CompletableFuture<V> {
    final LoadContext<?, ?> load;

    KeyValue(LoadContext<?, ?> load) {
      this.load = load;
    }
  }

  /** One call of the bulk loader. It is cancelled when all of its keys are. */
  private static final class Batch<K, V> extends LoadContext<K, V>
      implements BiFunction<
          @Nullable Map<? extends K, ? extends V>, @Nullable Throwable, @Nullable Void> {
    private final Map<K, KeyValue<V>> values;
    private final AtomicInteger running;

    Batch(CacheCore<K, V> core, Map<K, KeyValue<V>> values) {
      super(core);
      this.values = values;
      this.running = new AtomicInteger(values.size());
    }

    void start(BulkLoader<K, V> loader) {
      values.values().forEach(this::countWhenEnded);
      LoaderStart.call(this, loader, key(), this);
    }

    private void countWhenEnded(CompletableFuture<V> value) {
      var unused = value.whenComplete((same, failure) -> ended());
    }

    private void ended() {
      countEnded();
      stopIfUnused(true);
    }

    @Override
    void countEnded() {
      running.getAndDecrement();
    }

    @Override
    void stopIfUnused(boolean byLeave) {
      if (running.get() == 0) {
        boolean unused = cancel(byLeave);
      }
    }

    @Override
    public Set<K> key() {
      return Collections.unmodifiableSet(values.keySet());
    }

    @Override
    public long fetchId() {
      return values.values().iterator().next().load.fetchId();
    }

    @Override
    public boolean loads(Object cache, Object key) {
      return core == cache && values.containsKey(key);
    }

    @Override
    public @Nullable Void apply(
        @Nullable Map<? extends K, ? extends V> found, @Nullable Throwable failure) {
      finish();
      values.forEach(
          (key, value) -> {
            value.load.setStoreOptions(storeOptions());
            if (failure != null) {
              value.completeExceptionally(failure);
            } else {
              complete(value, key, found);
            }
          });
      return null;
    }

    private void complete(
        CompletableFuture<V> value, K key, @Nullable Map<? extends K, ? extends V> found) {
      try {
        if (found == null) {
          throw new NullPointerException(Failures.nullMap(this, key(), core.config));
        }
        value.complete(found.get(key));
      } catch (RuntimeException | Error e) {
        value.completeExceptionally(e);
      }
    }
  }
}
