package dev.slipstream;

import dev.slipstream.watch.EventType;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One call of a bulk loader for keys that each have a load of their own. It is cancelled when all
 * of them have ended. Keys that have ended before it starts are not asked for.
 */
final class Batch<K, V> extends LoadContext<K, V>
    implements BiFunction<
        @Nullable Map<? extends K, ? extends V>, @Nullable Throwable, @Nullable Void> {
  private final BulkLoader<K, V> loader;
  private final List<KeyValue<K, V>> values;
  private final boolean gathered;
  private final AtomicInteger running;

  /** The keys that are asked for. Replaced once, before the loader starts. */
  private volatile Set<K> keys = Set.of();

  /**
   * Makes one that has not started.
   *
   * @param values what is to be loaded, one or more
   * @param gathered whether they are of calls that know nothing of each other, for the statistics
   */
  Batch(
      CacheCore<K, V> core,
      BulkLoader<K, V> loader,
      List<KeyValue<K, V>> values,
      boolean gathered) {
    super(core);
    this.loader = loader;
    this.values = List.copyOf(values);
    this.gathered = gathered;
    this.running = new AtomicInteger(values.size());
  }

  /** Calls the loader on this thread, or as a task when there is a place for its load. */
  void start() {
    startWhenPermitted(this::call);
  }

  /** Calls the loader as a task, when there is a place for its load. */
  void startAsTask() {
    startWhenPermitted(this::callAsTask);
  }

  private void startWhenPermitted(Runnable start) {
    values.forEach(this::countWhenEnded);
    if (core.bulkhead == null) {
      start.run();
      return;
    }
    List<Slot<K, V>> places =
        values.stream().map(value -> Objects.requireNonNull(value.load.place())).toList();
    Failures.Overload overload = core.bulkhead.enter(places, start, this::callLater);
    if (overload != null) {
      core.stats.rejected(values.size());
      apply(null, overload);
    } else {
      values.forEach(value -> value.load.noteIfQueued());
    }
  }

  private void countWhenEnded(KeyValue<K, V> value) {
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

  private void callLater() {
    values.forEach(value -> value.load.notePermit());
    callAsTask();
  }

  private void callAsTask() {
    try {
      core.config.executor().execute(this::call);
    } catch (RuntimeException | Error rejection) {
      apply(null, new Failures.Rejection(rejection));
    }
  }

  private void call() {
    try {
      Set<K> wanted = new LinkedHashSet<>();
      for (KeyValue<K, V> value : values) {
        if (!value.isDone() && !value.load.isFinished()) { // its cancel may be on its way
          wanted.add(value.key);
        }
      }
      keys = Collections.unmodifiableSet(wanted);
      values.forEach(value -> value.load.noteWait(EventType.LOADING));
      if (gathered && !wanted.isEmpty()) {
        core.stats.batch(wanted.size());
      }
      if (!wanted.isEmpty()) {
        setCaller(values.get(0).load.caller());
        LoaderStart.call(this, loader, keys, this);
      }
    } catch (Throwable e) { // a key's hashCode, say: nobody may be left waiting
      apply(null, e);
    }
  }

  @Override
  public Set<K> key() {
    return keys;
  }

  @Override
  public long fetchId() {
    return values.get(0).load.fetchId();
  }

  @Override
  public boolean loads(Object cache, Object key) {
    try {
      return core == cache && keys.contains(key);
    } catch (RuntimeException e) { // a key that is loaded has changed: it is not the one asked for
      return false;
    }
  }

  @Override
  public @Nullable Void apply(
      @Nullable Map<? extends K, ? extends V> found, @Nullable Throwable failure) {
    finish();
    Set<K> taken =
        new HashSet<>(); // a key may be there twice: of a fenced flight and its successor
    for (KeyValue<K, V> value : values) {
      value.load.setStoreOptions(storeOptions());
      if (failure != null) {
        value.completeExceptionally(failure);
      } else if (complete(value, found)) {
        taken.add(value.key);
      }
    }
    if (found != null && core.config.discards() != null) {
      discardUnless(taken, found);
    }
    return null;
  }

  /** Nobody waits any more for what was not taken, or it was not asked for and is not stored. */
  private void discardUnless(Set<K> taken, Map<? extends K, ? extends V> found) {
    try {
      found.forEach(
          (key, value) -> {
            if (key != null && !taken.contains(key)) {
              core.discard(key, value);
            }
          });
    } catch (RuntimeException | Error e) {
      Failures.logExtras(core.config, e);
    }
  }

  /** Gives its value to the load of a key; true if that took it. */
  private boolean complete(KeyValue<K, V> value, @Nullable Map<? extends K, ? extends V> found) {
    try {
      if (found == null) {
        throw new NullPointerException(Failures.nullMap(loader, key(), core.config));
      }
      return value.complete(keys.contains(value.key) ? found.get(value.key) : null);
    } catch (RuntimeException | Error e) {
      value.completeExceptionally(e);
      return false;
    }
  }
}
