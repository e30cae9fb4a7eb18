package dev.slipstream.canal;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes who waits for the next event. Waiters stand in an immutable list, which is replaced as a
 * whole: to ring takes the list and runs each waiter once; a waiter that gives up takes itself out.
 *
 * <p>No wake-up is lost. Who rings first publishes (an event, or that something is closed) and then
 * looks for waiters; who waits first adds itself and then looks for what was published. These are
 * volatile accesses, which have one order: if the ringer did not see the waiter, the waiter was
 * added later, and sees what was published before. A waiter may be run though there is nothing for
 * it: it looks, and adds itself again.
 *
 * <p>If nobody waits, to ring is one volatile read.
 */
final class Bell {
  private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);

  /** Written by who waits and by who rings. */
  private final AtomicReference<@Nullable Waiters> waiters = new AtomicReference<>();

  /** Has a waiter run by the next ring. */
  Waiter add(Runnable action) {
    Waiter waiter = new Waiter(action);
    waiters.updateAndGet(others -> new Waiters(waiter, others));
    return waiter;
  }

  /** Takes a waiter out; false if it has been run, or will be. */
  boolean remove(Waiter waiter) {
    Waiters all;
    do {
      all = waiters.get();
      if (!contains(all, waiter)) {
        return false;
      }
    } while (!waiters.compareAndSet(all, without(all, waiter)));
    return true;
  }

  void ring() {
    if (!isIdle()) {
      for (Waiters all = waiters.getAndSet(null); all != null; all = all.next) {
        all.first.run();
      }
    }
  }

  /** Returns whether nobody waits. */
  boolean isIdle() {
    return waiters.get() == null;
  }

  private static boolean contains(@Nullable Waiters all, Waiter waiter) {
    Waiters rest = all;
    while (rest != null && rest.first != waiter) {
      rest = rest.next;
    }
    return rest != null;
  }

  private static @Nullable Waiters without(@Nullable Waiters all, Waiter waiter) {
    Waiters others = null;
    for (Waiters rest = all; rest != null; rest = rest.next) {
      if (rest.first != waiter) {
        others = new Waiters(rest.first, others);
      }
    }
    return others;
  }

  private record Waiters(Waiter first, @Nullable Waiters next) {}

  /** Somebody who waits, told from others by identity. */
  static final class Waiter {
    private final Runnable action;

    private Waiter(Runnable action) {
      this.action = action;
    }

    /** Never throws: the others are to be run, and who rings is in the midst of its own work. */
    private void run() {
      try {
        action.run();
      } catch (Throwable e) {
        log(e);
      }
    }

    private void log(Throwable failure) {
      try {
        LOG.warn("an action that waited for events failed: {}", action, failure);
      } catch (RuntimeException | Error e) { // a failure without a text: loggers ask for it
        LOG.warn(
            "an action that waited for events failed; its failure, a {}, cannot be logged",
            failure.getClass().getName());
      }
    }
  }
}
