package dev.slipstream;

import dev.slipstream.SingleFlight.Purpose;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a caller does that has joined a flight older than the last invalidation of a tag, if the
 * flight's load turns out to have an invalidated tag: it joins or starts a newer flight, with its
 * own loader.
 */
final class Rejoin<K, V> {
  private static final Object LEFT = new Object();

  private final SingleFlight<K, V> flights;
  private final K key;
  private final AsyncLoader<? super K, ? extends V> loader;
  private final Purpose purpose;

  /** Null, then the handle on the newer flight, or LEFT. */
  private final AtomicReference<@Nullable Object> second = new AtomicReference<>();

  Rejoin(
      SingleFlight<K, V> flights,
      K key,
      AsyncLoader<? super K, ? extends V> loader,
      Purpose purpose) {
    this.flights = flights;
    this.key = key;
    this.loader = loader;
    this.purpose = purpose;
  }

  /** Returns whether the result of the flight that was joined is not for this caller. */
  boolean isDue(AwaitedFlight<?, V> flight, FlightResult<V> result) {
    return !(result instanceof FlightResult.Refused) && flight.load.storeOptions().outdated();
  }

  /** Has the handle wait for a newer flight; its loader runs on no one else's time. */
  void start(AwaiterHandle<V> handle) {
    handle.flight.core.config.callbacks().execute(() -> join(handle));
  }

  private void join(AwaiterHandle<V> handle) {
    if (handle.isDone()) {
      return;
    }
    FetchHandle<V> newer;
    try {
      newer = flights.again(key, loader, purpose);
    } catch (Throwable e) { // the loader's: nobody may be left waiting
      handle.deliverLater(null, e);
      return;
    }
    if (!second.compareAndSet(null, newer)) {
      newer.cancel(false);
      return;
    }
    var unused =
        newer.handle(
            (value, failure) -> {
              handle.deliverLater(value, failure);
              return null;
            });
  }

  /** The caller has left: it leaves the newer flight, too. */
  void leave() {
    if (second.getAndSet(LEFT) instanceof FetchHandle<?> newer) {
      newer.cancel(false);
    }
  }

  boolean isRefresh() {
    return purpose == Purpose.REFRESH;
  }

  /** Returns the loads that a thread blocked on the handle waits for, given those of the first. */
  Object awaitedLoads(Object first) {
    return second.get() instanceof FetchHandle<?> newer ? newer.awaitedLoads() : first;
  }

  /** The handle of a single caller. */
  static final class Handle<V> extends AwaiterHandle<V> {
    private final Rejoin<?, V> rejoin;

    Handle(AwaitedFlight<?, V> flight, Rejoin<?, V> rejoin) {
      super(flight, Origin.JOINED);
      this.rejoin = rejoin;
    }

    @Override
    Rejoin<?, V> rejoin() {
      return rejoin;
    }

    @Override
    boolean takesRetained() {
      return !rejoin.isRefresh();
    }
  }
}
