package dev.slipstream;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a caller does that has joined a flight older than the last invalidation of a tag, if the
 * flight's load turns out to have an invalidated tag: it joins or starts a newer flight.
 */
final class Rejoin<V> {
  private static final Object LEFT = new Object();

  private final Supplier<FetchHandle<V>> newer;

  /** Null, then the handle on the newer flight, or LEFT. */
  private final AtomicReference<@Nullable Object> second = new AtomicReference<>();

  /**
   * Makes one for a caller.
   *
   * @param newer joins or starts a flight as the caller would now, with its own loader
   */
  Rejoin(Supplier<FetchHandle<V>> newer) {
    this.newer = newer;
  }

  /**
   * Has the handle wait for a newer flight if the result of the one that it has joined is not for
   * its caller; returns whether it does. The loader runs as a task, on nobody else's time.
   */
  boolean startInPlaceOf(FlightResult<V> result, AwaiterHandle<V> handle) {
    AwaitedFlight<?, V> first = handle.flight;
    StoreOptions options = first.load.storeOptions();
    boolean outdated = options.outdated() || first.core.tags.isOutdated(options);
    if (!outdated || result instanceof FlightResult.Refused) {
      return false;
    }
    first.core.config.callbacks().execute(() -> join(handle));
    return true;
  }

  private void join(AwaiterHandle<V> handle) {
    if (handle.isDone()) {
      return;
    }
    FetchHandle<V> joined;
    try {
      joined = newer.get();
    } catch (Throwable e) { // the loader's: nobody may be left waiting
      handle.deliverLater(null, e);
      return;
    }
    if (!second.compareAndSet(null, joined)) {
      joined.cancel(false);
      return;
    }
    var unused =
        joined.handle(
            (value, failure) -> {
              if (joined.origin() == Origin.STALE) {
                handle.markStale();
              }
              handle.deliverLater(value, failure);
              return null;
            });
  }

  /** The caller has left: it leaves the newer flight, too. */
  void leave() {
    if (second.getAndSet(LEFT) instanceof FetchHandle<?> joined) {
      joined.cancel(false);
    }
  }

  /**
   * Returns whether the failure is the library's own, given the answer of the flight joined first.
   */
  boolean hasOwnFailure(AwaitedFlight<?, V> first) {
    return second.get() instanceof FetchHandle<?> joined
        ? joined.hasOwnFailure()
        : first.hasOwnFailure();
  }

  /** The handle of a single caller. */
  static final class Handle<V> extends AwaiterHandle<V> {
    private final Rejoin<V> rejoin;
    private final boolean takesRetained;

    /**
     * Makes one.
     *
     * @param takesRetained whether its caller takes an expired value rather than wait longer
     */
    Handle(AwaitedFlight<?, V> flight, Rejoin<V> rejoin, boolean takesRetained) {
      super(flight, Origin.JOINED);
      this.rejoin = rejoin;
      this.takesRetained = takesRetained;
    }

    @Override
    void receive(FlightResult<V> result) {
      if (!rejoin.startInPlaceOf(result, this)) {
        deliver(result);
      }
    }

    @Override
    void leave() {
      super.leave();
      rejoin.leave();
    }

    @Override
    boolean hasOwnFailure() {
      return rejoin.hasOwnFailure(flight);
    }

    @Override
    boolean takesRetained() {
      return takesRetained;
    }
  }
}
