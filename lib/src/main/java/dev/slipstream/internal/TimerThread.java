package dev.slipstream.internal;

import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The one thread that keeps the time for all caches, and runs nobody's code: what is due goes to the
 * library's pool, which this thread supervises.
 *
 * Ownership
 * ---------
 * To schedule is to push an entry onto the inbox, a stack that is only compared and set, and to unpark
 * the thread if the entry is due before it would wake. To cancel is to take the task out of the entry.
 * The heap is the thread's own. So a caller, which may be at the end of its stack, holds no lock of the
 * timer's. Only to start the thread a caller enters a monitor, which the JVM leaves whatever is thrown.
 *
 * Cancelled entries keep no task, and stay where they are until they come up. When they outnumber the
 * others, and 1,024, the thread is woken to drop them.
 *
 * Sleep against schedule
 * ----------------------
 * The thread writes when it will wake, and then looks into the inbox; a scheduler pushes, and then reads
 * when the thread will wake. These are volatile accesses, which have one order: the thread sees the
 * entry, or the scheduler sees how long it would sleep.
 *
 * Exit against start
 * ------------------
 * A thread that has had nothing to do for some seconds clears the field that names it, and then looks
 * into the inbox; a scheduler pushes, and then reads that field. So the thread sees the entry, and goes
 * on if no other was started meanwhile; or the scheduler sees that there is none, and starts one. A new
 * thread names itself, under the monitor, and ends at once if there is another. One that a scheduler has
 * started but that has not come to that yet is in `starting`, so that no second is started; a start that
 * fails is taken back under the same monitor. What a thread that ends leaves behind is an empty heap and
 * an empty pool.
 */
final class TimerThread implements Timer, Runnable {
  static final int MOST_CANCELLED = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
  private static final long LONGEST_DELAY = Long.MAX_VALUE >> 1; // differences of deadlines fit
  private static final AtomicReferenceFieldUpdater<TimerThread, @Nullable TimerEntry> INBOX =
      AtomicReferenceFieldUpdater.newUpdater(TimerThread.class, TimerEntry.class, "inbox");

  /** After this time a task is run again that was cut short. */
  private static final long RESUME_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final long keepAliveNanos;
  private final LibraryPool pool = new LibraryPool();

  /** What was scheduled and not yet taken by the thread, the last first. */
  private volatile @Nullable TimerEntry inbox;

  /** The entries that were cancelled and are still held here; may be late. */
  private final AtomicInteger cancelled = new AtomicInteger();

  /** When the thread will look at the inbox at the latest. Written by the thread, read by any. */
  private volatile long wakesAt;

  /** How many entries are in the heap. Written by the thread, read by any. */
  private volatile int heapSize;

  private final Object monitor = new Object();

  /** The thread that keeps the time, or null. Set under the monitor; cleared by that thread. */
  private volatile @Nullable Thread thread;

  /** A thread that was started and has not named itself. Guarded by the monitor. */
  private @Nullable Thread starting;

  // The thread's own, passed on by the volatile `thread` and the monitor:
  private @Nullable TimerEntry arrived; // taken from the inbox, and not yet put elsewhere
  private final PriorityQueue<TimerEntry> heap = new PriorityQueue<>();

  TimerThread(long keepAliveNanos) {
    this.keepAliveNanos = keepAliveNanos;
  }

  @Override
  public Handle schedule(Runnable task, long delay, TimeUnit unit) {
    TimerEntry entry = push(task, unit.toNanos(delay));
    try {
      wake(entry.deadline);
    } catch (Throwable noThread) {
      entry.cancel();
      throw noThread;
    }
    return entry;
  }

  /** Has a task run as soon as possible; if no thread can be had, as soon as there is one. */
  void runSoon(Runnable task) {
    TimerEntry entry = push(task, 0);
    try {
      wake(entry.deadline);
    } catch (RuntimeException | Error noThread) { // the next to schedule tries again
      LOG.debug("no thread can be started for the timer", noThread);
    }
  }

  /** Runs an entry's task once more, a little later; it makes no object for that. */
  void runAgain(TimerEntry entry) {
    entry.deadline = System.nanoTime() + RESUME_NANOS;
    push(entry);
    wake(entry.deadline);
  }

  private TimerEntry push(Runnable task, long delay) {
    Objects.requireNonNull(task, "task");
    long capped = Math.max(0, Math.min(delay, LONGEST_DELAY));
    TimerEntry entry = new TimerEntry(this, task, System.nanoTime() + capped);
    push(entry);
    return entry;
  }

  private void push(TimerEntry entry) {
    TimerEntry top;
    do {
      top = inbox;
      entry.next = top;
      entry.depth = depth(top) + 1;
    } while (!INBOX.compareAndSet(this, top, entry));
  }

  private static int depth(@Nullable TimerEntry top) {
    return top == null ? 0 : top.depth;
  }

  /** Sees to it that the thread looks at the inbox by then. */
  private void wake(long deadline) {
    Thread running = thread;
    if (running == null) {
      start();
    } else if (deadline - wakesAt < 0) {
      LockSupport.unpark(running);
    }
  }

  private void start() {
    synchronized (monitor) {
      if (thread != null || starting != null) {
        return;
      }
      Thread fresh = DaemonThreads.create("slipstream-timer", this);
      starting = fresh;
      boolean started = false;
      try {
        fresh.start();
        started = true;
      } finally {
        if (!started) {
          starting = null;
        }
      }
    }
  }

  /** An entry was cancelled that is held here. */
  void countCancelled() {
    int count = cancelled.incrementAndGet();
    if (outnumber(count, heapSize + depth(inbox))) {
      LockSupport.unpark(thread);
    }
  }

  /** Entries that had been cancelled are held no more. */
  void dropCancelled(int count) {
    cancelled.addAndGet(-count);
  }

  private static boolean outnumber(int cancelled, int all) {
    return cancelled > MOST_CANCELLED && cancelled > all - cancelled;
  }

  void log(Throwable failure) {
    Texts.warn(LOG, "a task of the library's own failed", failure);
  }

  /** Returns how many entries are held that have not come up. */
  int size() {
    return heapSize + depth(inbox);
  }

  /** Returns whether a thread keeps the time. */
  boolean isRunning() {
    return thread != null;
  }

  /** The thread's work; for it alone. */
  @Override
  public void run() {
    synchronized (monitor) {
      if (thread != null) {
        return;
      }
      thread = Thread.currentThread();
      starting = null;
    }
    do {
      keepTime();
    } while (!leave());
  }

  /** Clears the field that names this thread; false if there is something to do after all. */
  private boolean leave() {
    thread = null;
    if (inbox == null) {
      return true;
    }
    synchronized (monitor) {
      if (thread != null || starting != null) {
        return true;
      }
      thread = Thread.currentThread();
      return false;
    }
  }

  /** Returns when there has been nothing to do for some time. */
  private void keepTime() {
    long used = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      wakesAt = now;
      long wake;
      try {
        wake = look(now);
      } catch (RuntimeException | Error e) { // no memory: what has arrived is kept, and comes later
        wake = now + LibraryPool.LOOK_NANOS;
      }
      if (wake != Long.MAX_VALUE) {
        used = now;
      } else if (now - used >= keepAliveNanos) {
        return;
      } else {
        wake = used + keepAliveNanos;
      }
      wakesAt = wake;
      if (inbox == null) {
        LockSupport.parkNanos(this, wake - System.nanoTime());
        Thread.interrupted(); // set, it would keep the thread from parking
      }
    }
  }

  /** Hands over what is due, and returns when to look again; the greatest number for no need. */
  private long look(long now) {
    takeIn(now);
    dropOrHandOver(now);
    if (outnumber(cancelled.get(), heap.size())) {
      int before = heap.size();
      heap.removeIf(TimerEntry::isCancelled);
      dropCancelled(before - heap.size());
    }
    heapSize = heap.size();
    boolean busy = pool.look(now);
    TimerEntry first = heap.peek();
    if (first == null) {
      return busy ? now + LibraryPool.LOOK_NANOS : Long.MAX_VALUE;
    }
    long most = busy ? LibraryPool.LOOK_NANOS : keepAliveNanos; // it may be cancelled meanwhile
    return now + Math.min(first.deadline - now, most);
  }

  private void takeIn(long now) {
    while (arrived != null || inbox != null) {
      if (arrived == null) {
        arrived = reversed(INBOX.getAndSet(this, null));
      }
      for (TimerEntry entry = arrived; entry != null; entry = arrived) {
        TimerEntry following = entry.next;
        if (entry.isCancelled()) {
          dropCancelled(1);
        } else if (entry.deadline - now > 0) {
          heap.add(entry); // may fail: it is still among the arrived then
        }
        arrived = following;
        entry.next = null;
        if (entry.deadline - now <= 0) {
          pool.add(entry, now);
        }
      }
    }
  }

  private static @Nullable TimerEntry reversed(@Nullable TimerEntry top) {
    TimerEntry first = null;
    TimerEntry entry = top;
    while (entry != null) {
      TimerEntry below = entry.next;
      entry.next = first;
      first = entry;
      entry = below;
    }
    return first;
  }

  private void dropOrHandOver(long now) {
    for (TimerEntry first = heap.peek(); first != null; first = heap.peek()) {
      boolean due = first.deadline - now <= 0;
      if (!due && !first.isCancelled()) {
        return;
      }
      heap.remove(); // the first
      if (due) {
        pool.add(first, now); // which finds out whether it was cancelled
      } else {
        dropCancelled(1);
      }
    }
  }
}
