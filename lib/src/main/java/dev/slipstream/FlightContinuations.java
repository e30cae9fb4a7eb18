package dev.slipstream;

import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The continuations of one flight: those of its key, and those of each handle, whose names do not
 * meet. It refers to handles weakly, since a handle refers to its flight.
 */
final class FlightContinuations<V> {
  private final CacheConfig<?, V> config;
  private final Object owner;
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
    this.config = config;
    this.owner = config.ownerOf(key);
    this.byKey = Continuations.create(config.callbacks(), owner);
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
              new HandleReference(handle),
              unused -> Continuations.create(config.callbacks(), owner));
      known = outcome;
    }
    if (known != null) {
      own.complete(known);
    }
    return own;
  }

  /** Returns a future of the outcome; who cancels it is forgotten. */
  CompletableFuture<Outcome<V>> watch() {
    Continuations<V> group;
    String name;
    Outcome<V> known;
    synchronized (this) {
      if (watchers == null) {
        watchers = Continuations.create(config.callbacks(), owner);
      }
      group = watchers;
      name = "watcher " + ++watched;
      known = outcome;
    }
    if (known != null) {
      group.complete(known);
    }
    CompletableFuture<Outcome<V>> future = new CompletableFuture<>();
    group.addOrRunNow(name, end -> future.complete(narrowed(end)));
    var unused =
        future.whenComplete(
            (end, gone) -> {
              if (gone != null) {
                group.remove(name);
              }
            });
    return future;
  }

  /** Tells all; true if this is the first outcome, a failure, and somebody was told of it. */
  boolean complete(Outcome<V> outcome) {
    Map<HandleReference, Continuations<V>> handles;
    Continuations<V> watching;
    synchronized (this) {
      if (this.outcome != null) {
        return false;
      }
      this.outcome = outcome;
      handles = byHandle == null ? Map.of() : Map.copyOf(byHandle);
      watching = watchers;
    }
    byKey.complete(outcome);
    handles.values().forEach(own -> own.complete(outcome));
    if (watching != null) {
      watching.complete(outcome);
    }
    return outcome instanceof Outcome.Failure
        && (wasTold(byKey)
            || (watching != null && wasTold(watching))
            || handles.values().stream().anyMatch(own -> wasTold(own)));
  }

  private static boolean wasTold(Continuations<?> continuations) {
    return continuations.stats().fired() > 0;
  }

  synchronized int waitingCount() {
    int waiting = byKey.waitingCount();
    if (byHandle != null) {
      for (Continuations<V> own : byHandle.values()) {
        waiting += own.waitingCount();
      }
    }
    return watchers == null ? waiting : waiting + watchers.waitingCount();
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
