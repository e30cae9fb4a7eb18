package dev.slipstream.canal;

import dev.slipstream.internal.Resumable;
import dev.slipstream.internal.Texts;
import dev.slipstream.internal.Threads;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes those that wait for the next event. A ring takes all waiters and wakes each of them once; a
 * waiter that gives up takes itself out.
 *
 * <p>No wake-up is lost. A thread that rings first publishes (an event, or that something is
 * closed) and then looks for waiters; one that waits first adds a waiter and then looks for what
 * was published. These are volatile accesses, which have one order: if the ring did not see the
 * waiter, the waiter was added later, and its thread sees what was published before. A waiter may
 * be woken though there is nothing for it: it looks, and adds itself again.
 *
 * <p>If the stack of a thread that rings ends before it has woken all, another thread does so; if
 * there is no room to hand that over, they wait for the next ring.
 *
 * <p>If nobody waits, to ring is one volatile read. The monitor is held for a few instructions, and
 * nothing runs under it. Threads that wait are woken before any action runs, and no action keeps
 * another from running, unless it blocks.
 */
final class Bell {
  private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);

  private final Object monitor = new Object();

  /** The waiters, the last first. Written under the monitor, read by any. */
  private volatile @Nullable Waiter first;

  /** How often it was rung: a waiter of an earlier round is woken. Guarded by the monitor. */
  private long round;

  /** Has an action run by the next ring, on the thread that rings. */
  Waiter add(Runnable action) {
    return add(new Waiter(action, null));
  }

  /** Has a thread unparked by the next ring. */
  Waiter add(Thread thread) {
    return add(new Waiter(null, thread));
  }

  private Waiter add(Waiter waiter) {
    synchronized (monitor) {
      Waiter second = first;
      waiter.round = round;
      waiter.next = second;
      if (second != null) {
        second.previous = waiter;
      }
      first = waiter;
    }
    return waiter;
  }

  /** Takes a waiter out; false if it has been woken, or will be, or was taken out before. */
  boolean remove(Waiter waiter) {
    synchronized (monitor) {
      if (waiter.round != round) {
        return false;
      }
      waiter.round = Waiter.REMOVED;
      Waiter previous = waiter.previous;
      Waiter next = waiter.next;
      if (previous == null) {
        first = next;
      } else {
        previous.next = next;
      }
      if (next != null) {
        next.previous = previous;
      }
      return true;
    }
  }

  void ring() {
    if (isIdle()) {
      return;
    }
    Waiter all;
    synchronized (monitor) {
      all = first;
      first = null;
      round++;
    }
    try {
      wake(all);
    } catch (VirtualMachineError e) { // the thread that rings has work of its own
      boolean later = false;
      try {
        wakeLater(all);
        later = true;
      } finally {
        if (!later) {
          synchronized (monitor) { // without a call: there may be no room for one
            for (Waiter waiter = all, next; waiter != null; waiter = next) {
              next = waiter.next;
              waiter.round = round;
              waiter.previous = null;
              waiter.next = first;
              if (waiter.next != null) {
                waiter.next.previous = waiter;
              }
              first = waiter;
            }
          }
        }
      }
    }
  }

  private static void wakeLater(@Nullable Waiter all) {
    Threads.timer().scheduleCallback((Resumable) () -> wake(all), 0, TimeUnit.NANOSECONDS);
  }

  /** Wakes all; may be called again if it throws, and then wakes threads once more. */
  private static void wake(@Nullable Waiter all) {
    VirtualMachineError thrown = null;
    for (Waiter waiter = all; waiter != null; waiter = waiter.next) {
      LockSupport.unpark(waiter.thread);
    }
    for (Waiter waiter = all; waiter != null; waiter = waiter.next) {
      try {
        waiter.run();
      } catch (VirtualMachineError e) {
        thrown = e;
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /** Returns whether nobody waits. */
  boolean isIdle() {
    return first == null;
  }

  /** One that waits, known by its identity: a thread or an action. */
  static final class Waiter {
    private static final long REMOVED = -1;

    private final @Nullable Runnable action;
    private final @Nullable Thread thread;

    // Guarded by the monitor until a ring takes the waiter; from then on only that ring's thread
    // writes, under the monitor, if it puts the waiter back.
    private long round;
    private @Nullable Waiter previous;
    private @Nullable Waiter next;

    /** Whether the action has run. Of the thread that wakes. */
    private boolean done;

    private Waiter(@Nullable Runnable action, @Nullable Thread thread) {
      this.action = action;
      this.thread = thread;
    }

    /**
     * Runs the action, unless it has run: it may do so again if it ended for want of stack or
     * memory, as an action may be run though there is nothing for it.
     */
    private void run() {
      if (action == null || done) {
        return;
      }
      try {
        action.run();
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) {
        Texts.warn(LOG, "an action that waited for events failed: {}", e, action);
      }
      done = true;
    }
  }
}
