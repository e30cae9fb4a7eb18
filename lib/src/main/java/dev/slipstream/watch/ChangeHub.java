package dev.slipstream.watch;

import dev.slipstream.internal.FallbackExecutor;
import dev.slipstream.internal.Threads;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Wakes threads and futures that wait for a key to change, without polling. Code that changes
 * something ticks the key with {@link #notify(Object)}, after the change; code that watches
 * subscribes <em>before</em> it reads. Then no change is missed: it was made before the read, which
 * sees it, or its tick comes after the subscription, which has changed. The change must have been
 * made by a volatile write, an atomic update or under a lock.
 *
 * <p>A key has a version while it has a subscription; it is dropped with the last. A tick carries
 * nothing but that something changed: several of them may be seen as one.
 *
 * <p>All methods may be called from any thread. None blocks, and no lock is held while a future is
 * completed.
 *
 * @param <K> the type of keys; they must have {@code equals} and {@code hashCode} as a map needs
 */
public final class ChangeHub<K> {
  private final ConcurrentHashMap<K, HubEntry<K>> entries = new ConcurrentHashMap<>();
  private final Executor executor;

  /** How many entries have a watch: kept by these, under their locks, and read by any. */
  private final AtomicInteger tracked = new AtomicInteger();

  /**
   * Makes a hub whose futures are completed by the library's own threads: virtual ones where the
   * JDK has them, else daemon threads that come and go.
   */
  public ChangeHub() {
    this(Threads.callbacks());
  }

  /**
   * Makes a hub.
   *
   * @param executor completes the futures of {@link ChangeSubscription#nextChange()}, and so runs
   *     what depends on them. What it rejects is done by the library's own threads
   */
  public ChangeHub(Executor executor) {
    this.executor = FallbackExecutor.of(Objects.requireNonNull(executor, "executor"));
  }

  /**
   * Begins to watch a key. Changes from now on are unseen, those before are not.
   *
   * @param key the key
   * @return a subscription, to be closed
   */
  public ChangeSubscription subscribe(K key) {
    return add(key, entry -> new HubSubscription<>(this, entry, executor));
  }

  /**
   * Has a callback run at each tick of a key, on the thread that ticks, until the callback is
   * closed.
   */
  HubCallback<K> callback(K key, Runnable callback) {
    return add(key, entry -> new HubCallback<>(this, entry, callback));
  }

  /**
   * Ticks a key: raises its version and wakes all that watch it. While no key is watched, this
   * costs one volatile read.
   *
   * @param key the key that has changed
   */
  public void notify(K key) {
    Objects.requireNonNull(key, "key");
    if (tracked.get() == 0) {
      return;
    }
    HubEntry<K> entry = entries.get(key);
    if (entry != null) {
      entry.tick();
    }
  }

  /** Ticks every key that is watched. */
  public void notifyAllKeys() {
    entries.values().forEach(HubEntry::tick);
  }

  /**
   * Returns how many keys are watched.
   *
   * @return a number; zero once all subscriptions are closed
   */
  public int trackedKeys() {
    return tracked.get();
  }

  private <W extends HubWatch<K>> W add(K key, Function<HubEntry<K>, W> factory) {
    Objects.requireNonNull(key, "key");
    while (true) {
      HubEntry<K> entry = entryOf(key);
      W watch = factory.apply(entry);
      if (entry.add(watch)) {
        return watch;
      }
      removeDead(entry);
    }
  }

  private HubEntry<K> entryOf(K key) {
    HubEntry<K> present = entries.get(key);
    if (present != null) {
      return present;
    }
    HubEntry<K> fresh = new HubEntry<>(key, tracked);
    HubEntry<K> winner = entries.putIfAbsent(key, fresh);
    return winner == null ? fresh : winner;
  }

  /** Takes out a watch, once, and its entry with the last. */
  void remove(HubWatch<K> watch, HubEntry<K> entry) {
    if (entry.remove(watch)) {
      removeDead(entry);
    }
  }

  /** Takes out that very entry: the key may have a live one by now. */
  private void removeDead(HubEntry<K> entry) {
    entries.remove(entry.key, entry);
  }
}
