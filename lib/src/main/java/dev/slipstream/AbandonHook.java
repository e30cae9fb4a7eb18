package dev.slipstream;

import java.util.concurrent.atomic.AtomicBoolean;

/** A hook that stops a load, as a task; it logs what the hook throws. */
final class AbandonHook extends AtomicBoolean implements Runnable {
  private static final long serialVersionUID = 1L;

  private final transient Load load;
  private final transient Runnable hook;

  AbandonHook(Load load, Runnable hook) {
    this.load = load;
    this.hook = hook;
  }

  @Override
  public void run() {
    if (!compareAndSet(false, true)) { // a stop that was cut short has handed it over before
      return;
    }
    try {
      hook.run();
    } catch (RuntimeException | Error e) {
      Failures.log("cache {}: an onAbandon hook of key {} failed", load.cacheName(), load.key(), e);
    }
  }
}
