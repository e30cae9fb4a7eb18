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
 * <p>A thread that rings may come to the end of its stack anywhere, also where it enters a monitor.
 * So a ring marks the waiters that it takes, and leaves them in the list until they are woken. If
 * it is cut short another thread wakes the rest; if there is no room to hand that over either, they
 * are marked as waiting again, which takes no call, and the next ring wakes them.
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
      if (waiter.state != Waiter.WAITING) {
        return false;
      }
      waiter.state = Waiter.OVER;
      unlink(waiter);
      return true;
    }
  }

  /** Called under the monitor. */
  private void unlink(Waiter waiter) {
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
  }

  void ring() {
    if (isIdle()) {
      return;
    }
    Waiter taken = null;
    synchronized (monitor) { // no call: all are taken, or none
      for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
        if (waiter.state == Waiter.WAITING) {
          waiter.state = Waiter.TAKEN;
          waiter.takenBefore = taken;
          taken = waiter;
        }
      }
    }
    boolean cared = false;
    try {
      wakeOrHandOver(taken);
      cared = true;
    } finally {
      if (!cared) {
        for (Waiter waiter = taken; waiter != null; waiter = waiter.takenBefore) {
          if (waiter.state == Waiter.TAKEN) {
            waiter.state = Waiter.WAITING; // no call here: there may be no room for one
          }
        }
      }
    }
  }

  private void wakeOrHandOver(@Nullable Waiter taken) {
    try {
      wake(taken);
    } catch (VirtualMachineError e) { // the thread that rings has work of its own
      Resumable rest = () -> wake(taken);
      Threads.timer().scheduleCallback(rest, 0, TimeUnit.NANOSECONDS);
    }
  }

  /** Wakes those that were taken; may be called again if it throws, and wakes threads once more. */
  private void wake(@Nullable Waiter taken) {
    VirtualMachineError thrown = null;
    for (Waiter waiter = taken; waiter != null; waiter = waiter.takenBefore) {
      LockSupport.unpark(waiter.thread);
    }
    for (Waiter waiter = taken; waiter != null; waiter = waiter.takenBefore) {
      try {
        waiter.run();
      } catch (VirtualMachineError e) {
        thrown = e;
      }
    }
    dropWoken();
    if (thrown != null) {
      throw thrown;
    }
  }

  private void dropWoken() {
    synchronized (monitor) {
      for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
        if (waiter.state == Waiter.OVER) {
          unlink(waiter);
        }
      }
    }
  }

  /** Returns whether nobody waits. */
  boolean isIdle() {
    return first == null;
  }

  /** One that waits, known by its identity: a thread or an action. */
  static final class Waiter {
    private static final int WAITING = 0;
    private static final int TAKEN = 1; // a ring wakes it
    private static final int OVER = 2; // it was woken, or has taken itself out

    private final @Nullable Runnable action;
    private final @Nullable Thread thread;

    /** Leaves WAITING under the monitor; and TAKEN by the thread that wakes it. */
    private volatile int state;

    // Guarded by the monitor.
    private @Nullable Waiter previous;
    private @Nullable Waiter next;

    /** The one that its ring has taken before it. Written under the monitor. */
    private @Nullable Waiter takenBefore;

    private Waiter(@Nullable Runnable action, @Nullable Thread thread) {
      this.action = action;
      this.thread = thread;
    }

    /**
     * Runs the action, unless it has run: it may do so again if it ended for want of stack or
     * memory, as an action may be run though there is nothing for it.
     */
    private void run() {
      if (state != TAKEN) {
        return;
      }
      if (action != null) {
        try {
          action.run();
        } catch (VirtualMachineError e) {
          throw e;
        } catch (Throwable e) {
          Texts.warn(LOG, "an action that waited for events failed: {}", e, action);
        }
      }
      state = OVER;
    }
  }
}
