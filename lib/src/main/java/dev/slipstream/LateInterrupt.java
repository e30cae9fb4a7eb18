package dev.slipstream;

import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The interrupt of blocking loads that have hooks to stop their work: it comes when the hooks have
 * run and had a moment to take effect, and only to a load that has not ended by then. An interrupt
 * that came at once could spoil what a hook does: it closes the socket that a virtual thread reads
 * from, and a driver sends no cancel of a query on a connection that it finds closed.
 *
 * <p>A hook that hangs delays the interrupt by a second at most.
 */
final class LateInterrupt implements Resumable {
  static final long MILLIS_AFTER_HOOKS = 100;
  static final long MOST_MILLIS = 1_000;

  private final List<BlockingLoad<?, ?>> loads;
  private final Timer timer;

  /** The hooks that have not run. */
  private final AtomicInteger hooks;

  LateInterrupt(List<BlockingLoad<?, ?>> loads, int hooks, Timer timer) {
    this.loads = List.copyOf(loads);
    this.hooks = new AtomicInteger(hooks);
    this.timer = timer;
  }

  /** Keeps loads from beginning, and has those that have begun interrupted later. */
  void start() {
    loads.forEach(load -> load.cancel(false));
    timer.schedule(this, MOST_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Returns whether a stage is stopped by this. */
  boolean stops(Object stage) {
    return loads.contains(stage);
  }

  /** Returns a task that runs a hook. */
  Runnable after(Runnable hook) {
    return () -> {
      try {
        hook.run();
      } finally {
        if (hooks.decrementAndGet() == 0) {
          timer.schedule(this, MILLIS_AFTER_HOOKS, TimeUnit.MILLISECONDS);
        }
      }
    };
  }

  @Override
  public void run() {
    loads.forEach(load -> load.cancel(true));
  }
}
