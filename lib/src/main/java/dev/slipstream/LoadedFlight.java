package dev.slipstream;

import dev.slipstream.ContextPropagator.Scope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what a flight's loader brought, before the decision: the user's steps, identity
 * check and insert callback, and the entry that may enter L1. {@link Flight} has the argument.
 */
abstract class LoadedFlight<K, V> extends ContinuedFlight<K, V> {
  final long startNanos = System.nanoTime();

  LoadedFlight(CacheCore<K, V> core, K key, @Nullable LoadContext<K, V> load) {
    super(core, key, load);
  }

  /** Checks what a loader brought, and has the insert callback decide what is to be stored. */
  final Inserted<V> inserted(V fetched) throws Exception {
    V canonical = null;
    try {
      Inserted<V> inserted = checked(fetched);
      canonical = inserted.result().value();
      return inserted;
    } finally {
      if (canonical != fetched) {
        discard(fetched);
      }
    }
  }

  private Inserted<V> checked(V fetched) throws Exception {
    FetchException misfit = core.insertion.misfit(slot.key, fetched);
    if (misfit != null) {
      return Inserted.failed(new FlightResult.Refused<>(misfit));
    }
    CallerContext caller = core.insertion.readsCurrent() ? load.caller() : null;
    if (caller == null) {
      return insertedHere(fetched);
    }
    Scope scope;
    try {
      scope = caller.open();
    } catch (Throwable e) {
      return Inserted.failed(failed(e));
    }
    try {
      return insertedHere(fetched);
    } finally {
      caller.close(scope);
    }
  }

  private Inserted<V> insertedHere(V fetched) throws Exception {
    CachedValue<V> current = core.insertion.readsCurrent() ? core.l1().peek(slot.key) : null;
    V canonical =
        core.insertion.canonical(slot.key, fetched, current == null ? null : current.value());
    return current != null && canonical == current.value() && current != base()
        ? new Inserted<>(current, false, false)
        : loaded(canonical);
  }

  /** Returns what is to become of a value that the loader brought. */
  final Inserted<V> loaded(@Nullable V value) {
    StoreOptions options = load.storeOptions();
    return new Inserted<>(newEntry(value, options), options.stores(), true);
  }

  final CachedValue<V> newEntry(@Nullable V value, StoreOptions options) {
    return core.l1().newEntry(value, startNanos, options.ttlNanos(), tagsOf(value, options));
  }

  /** Returns the load's tags, and with them those of an entry whose value it leaves in place. */
  private Set<String> tagsOf(@Nullable V value, StoreOptions options) {
    CachedValue<V> replaced = base();
    return value != null && replaced != null && replaced.value() == value
        ? StoreOptions.union(TaggedValue.of(replaced), options.tags())
        : options.tags();
  }

  /** Returns what a flight comes to whose loader threw. */
  final FlightResult<V> failed(Throwable thrown) {
    Throwable cause = Failures.ofLoader(thrown, slot.key, core.config);
    return cause != Failures.unwrap(thrown) && cause instanceof FetchException own
        ? new FlightResult.Refused<>(own)
        : new FlightResult.LoaderFailed<>(cause);
  }
}
