package dev.slipstream;

import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The continuations of one flight: those of its key, and those of each handle, whose names do not
 * meet. It refers to handles weakly, since a handle refers to its flight.
 */
final class FlightContinuations<V> {
  private final Engine<?, V> engine;
  private final Owner owner;
  private final Continuations<V> byKey;

  /** Null until the first. Guarded by this. */
  private @Nullable Map<HandleReference, Continuations<V>> byHandle;

  /** Written once, under this. */
  private @Nullable Outcome<V> outcome;

  FlightContinuations(Engine<?, V> engine, Object key) {
    this.engine = engine;
    this.owner = new Owner(engine.name, key);
    this.byKey = Continuations.create(engine.callbacks, owner);
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
              new HandleReference(handle), unused -> Continuations.create(engine.callbacks, owner));
      known = outcome;
    }
    if (known != null) {
      own.complete(known);
    }
    return own;
  }

  /** Tells all; true if this is the first outcome, a failure, and somebody was told of it. */
  boolean complete(Outcome<V> outcome) {
    Map<HandleReference, Continuations<V>> handles;
    synchronized (this) {
      if (this.outcome != null) {
        return false;
      }
      this.outcome = outcome;
      handles = byHandle == null ? Map.of() : Map.copyOf(byHandle);
    }
    byKey.complete(outcome);
    handles.values().forEach(own -> own.complete(outcome));
    return outcome instanceof Outcome.Failure
        && (wasTold(byKey) || handles.values().stream().anyMatch(own -> wasTold(own)));
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
    return waiting;
  }

  /** What log messages call the flight. */
  record Owner(String cache, Object key) {
    @Override
    public String toString() {
      return "key " + Failures.text(key) + " in cache " + cache;
    }
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
