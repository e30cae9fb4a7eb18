package dev.slipstream;

import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Threads;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The continuations of one flight: those of its key, and those of each handle, whose names do not
 * meet. It refers to handles weakly, since a handle refers to its flight.
 */
final class FlightContinuations<V> {
  private final Object owner;
  private final CallerRuns executor;
  private final Continuations<V> byKey;

  /** Null until the first. Guarded by this. */
  private @Nullable Map<HandleReference, Continuations<V>> byHandle;

  /** Those that complete futures, under names of no meaning. Null until the first. By this. */
  private @Nullable Continuations<V> watchers;

  /** How many watchers there have been. Guarded by this. */
  private int watched;

  /** Written once, under this. */
  private @Nullable Outcome<V> outcome;

  FlightContinuations(CacheConfig<?, V> config, Object key) {
    this.executor = new CallerRuns(config);
    this.owner = config.ownerOf(key);
    this.byKey = Continuations.create(executor, owner);
  }

  Continuations<V> ofKey() {
    return byKey;
  }

  Continuations<V> of(FetchHandle<V> handle) {
    Continuations<V> own;
    Outcome<V> known;
    synchronized (this) {
      if (byHandle == null) {
        byHandle = new HashMap<>();
      }
      own =
          byHandle.computeIfAbsent(
              new HandleReference(handle), unused -> Continuations.create(executor, owner));
      known = outcome;
    }
    if (known != null) {
      own.complete(known);
    }
    return own;
  }

  /** Returns a future of the outcome; one that is cancelled is forgotten. */
  CompletableFuture<Outcome<V>> watch() {
    Continuations<V> group;
    String name;
    Outcome<V> known;
    synchronized (this) {
      if (watchers == null) {
        watchers = Continuations.create(executor, owner);
      }
      group = watchers;
      name = "watcher " + ++watched;
      known = outcome;
    }
    if (known != null) {
      group.complete(known);
    }
    CompletableFuture<Outcome<V>> future = new CompletableFuture<>();
    group.addOrRunNow(
        name,
        end -> {
          try {
            future.complete(narrowed(end));
          } catch (StackOverflowError e) {
            Threads.callbacks().execute((Resumable) () -> future.complete(narrowed(end)));
          }
        });
    var unused =
        future.whenComplete(
            (end, gone) -> {
              if (gone != null) {
                group.remove(name);
              }
            });
    return future;
  }

  /**
   * Completes all, but for those that the calling thread is to run: {@link #runByCaller} or {@link
   * #handOverByCaller} comes when it has done everything else. May be called again, and then does
   * what is left.
   *
   * @return whether some continuation gets the outcome
   */
  boolean complete(Outcome<V> outcome) {
    Outcome<V> first;
    List<Continuations<V>> all;
    synchronized (this) {
      first = this.outcome == null ? outcome : this.outcome;
      this.outcome = first;
      all = all();
    }
    boolean received = false;
    for (Continuations<V> some : all) {
      some.complete(first);
      received |= some.stats().fired() > 0;
    }
    return received;
  }

  /** Runs on this thread what it is to run. */
  void runByCaller() {
    executor.runHere();
  }

  /** Hands to the executor what no thread has stayed to run. */
  void handOverByCaller() {
    executor.handOver();
  }

  /** Called under this. */
  private List<Continuations<V>> all() {
    List<Continuations<V>> all = new ArrayList<>();
    all.add(byKey);
    if (byHandle != null) {
      all.addAll(byHandle.values());
    }
    if (watchers != null) {
      all.add(watchers);
    }
    return all;
  }

  synchronized int waitingCount() {
    return all().stream().mapToInt(Continuations::waitingCount).sum();
  }

  @SuppressWarnings("unchecked") // an outcome is read, never written to
  private static <V> Outcome<V> narrowed(Outcome<? extends V> outcome) {
    return (Outcome<V>) outcome;
  }

  /** A handle by identity, weakly. */
  private static final class HandleReference extends WeakReference<FetchHandle<?>> {
    private final int hash;

    HandleReference(FetchHandle<?> handle) {
      super(handle);
      hash = System.identityHashCode(handle);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      FetchHandle<?> handle = get();
      return handle != null
          && other instanceof HandleReference reference
          && reference.refersTo(handle);
    }
  }
}
