package dev.slipstream;

import java.util.List;
import java.util.concurrent.Executor;

/** Starts the loaders of new flights, at once or when there is room for another. */
final class FlightLauncher<K, V> {
  private final CacheCore<K, V> core;

  FlightLauncher(CacheCore<K, V> core) {
    this.core = core;
  }

  /**
   * Starts the loader of a flight whose slot is won.
   *
   * @param anew whether it is to load whatever is cached
   */
  void launch(Flight<K, V> flight, AsyncLoader<? super K, ? extends V> given, boolean anew) {
    flight.load.beginAfter(core.tags.last());
    AsyncLoader<? super K, ? extends V> loader = Reload.of(given, flight.base());
    SoftTimeout.startTimers(flight, core.config.fetchTimeoutNanos());
    core.notifier().tick(flight.slot.key); // the timer runs: an executor may run an awaiter's task
    if (!flight.captureContextOrEnd()) {
      return;
    }
    Bulkhead<K, V> bulkhead = core.bulkhead;
    if (bulkhead == null || given instanceof GatheringLoader) {
      load(flight, loader, anew);
      return;
    }
    Failures.Overload overload =
        bulkhead.enter(
            List.of(flight.slot),
            () -> load(flight, loader, anew),
            () -> loadLater(flight, loader, anew));
    if (overload != null) {
      flight.refuse(overload);
    } else {
      flight.noteIfQueued();
    }
  }

  /** Starts a loader that had to wait, on a thread of the library's: as a task on the executor. */
  private void loadLater(
      Flight<K, V> flight, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    flight.notePermit();
    boolean startsTask =
        core.config.loaderInterceptors() == null && loader instanceof BlockingLoader;
    boolean here = startsTask || flight.load != flight;
    Executor executor = here ? Runnable::run : core.config.executor();
    try {
      executor.execute(() -> loadOrBreakOff(flight, loader, anew));
    } catch (RuntimeException | Error rejection) {
      flight.settleAndPublish(null, new Failures.Rejection(rejection));
    }
  }

  private void loadOrBreakOff(
      Flight<K, V> flight, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    try {
      load(flight, loader, anew);
    } catch (Throwable e) { // nobody else sees it
      flight.breakOff(e);
    }
  }

  private void load(Flight<K, V> flight, AsyncLoader<? super K, ? extends V> loader, boolean anew) {
    if (flight.load == flight) {
      flight.startUnlessEnded(loader);
    } else if (flight.load instanceof SharedLoad<K, V> shared) {
      shared.start(flight, loader, anew);
    }
  }
}
