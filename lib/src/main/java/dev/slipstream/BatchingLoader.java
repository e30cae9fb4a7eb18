package dev.slipstream;

import dev.slipstream.internal.Timer;
import dev.slipstream.watch.EventType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers keys until there are so many, or the first has waited so long, and has them loaded
 * together. A key whose load ends meanwhile, since its callers have left, say, is gathered no more;
 * when none is left the next begins anew.
 */
final class BatchingLoader<K, V> implements GatheringLoader<K, V> {
  private final BulkLoader<K, V> loader;
  private final int maxSize;
  private final long maxDelayNanos;

  /** What is being gathered; null if nothing is. Guarded by this, as what it holds. */
  private @Nullable Gathering<K, V> gathering;

  BatchingLoader(BulkLoader<K, V> loader, int maxSize, long maxDelayNanos) {
    this.loader = loader;
    this.maxSize = maxSize;
    this.maxDelayNanos = maxDelayNanos;
  }

  @Override
  public CompletionStage<V> load(K key, FetchContext context) {
    KeyValue<K, V> value = new KeyValue<>(key, context);
    value.load.noteWait(EventType.GATHERING);
    Gathering<K, V> joined;
    boolean first = false;
    boolean full;
    synchronized (this) {
      if (gathering == null) {
        gathering = new Gathering<>();
        first = true;
      }
      joined = gathering;
      joined.values.add(value);
      value.load.setGathering(true);
      full = joined.values.size() >= maxSize;
    }
    var unused = value.whenComplete((same, failure) -> left(joined, value));
    if (full) {
      dispatch(joined, value.load.core);
    } else if (first) {
      CacheCore<K, V> core = value.load.core;
      startTimer(joined, core);
    }
    return value;
  }

  private void startTimer(Gathering<K, V> first, CacheCore<K, V> core) {
    Runnable dispatch = () -> dispatch(first, core);
    Timer.Handle timer;
    try {
      timer = core.config.timer().scheduleCallback(dispatch, maxDelayNanos, TimeUnit.NANOSECONDS);
    } catch (Throwable e) { // no thread can be had: others may have been gathered already
      dispatch.run();
      return;
    }
    synchronized (this) {
      if (gathering == first) {
        first.timer = timer;
        return;
      }
    }
    timer.cancel(); // it was full, or all have left
  }

  /** The load of a key has ended, perhaps while it was gathered. */
  private synchronized void left(Gathering<K, V> joined, KeyValue<K, V> value) {
    if (gathering == joined && joined.values.remove(value)) {
      value.load.setGathering(false);
      if (joined.values.isEmpty()) {
        close(joined);
      }
    }
  }

  /** Has loaded what was gathered, unless that was done or nothing is left. */
  private void dispatch(Gathering<K, V> due, CacheCore<K, V> core) {
    synchronized (this) {
      if (gathering != due) {
        return;
      }
      close(due);
      due.values.forEach(value -> value.load.setGathering(false));
    }
    try {
      new Batch<>(core, loader, new ArrayList<>(due.values), true).startAsTask();
    } catch (Throwable e) { // no memory: nobody may be left waiting
      due.values.forEach(value -> value.completeExceptionally(e));
    }
  }

  /** Called under this. */
  private void close(Gathering<K, V> due) {
    gathering = null;
    if (due.timer != null) {
      due.timer.cancel();
    }
  }

  /** Keys that are gathered. */
  private static final class Gathering<K, V> {
    final Set<KeyValue<K, V>> values = new LinkedHashSet<>();
    Timer.@Nullable Handle timer;
  }
}
