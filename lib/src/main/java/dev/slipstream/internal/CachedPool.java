package dev.slipstream.internal;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A pool of as many daemon threads as there are tasks: a task goes to a thread that idles, else to
 * a new one, and a thread that has idled for some seconds ends.
 *
 * <p>It has no lock. A caller can be at the very end of its stack; where that overflows within a
 * {@code ThreadPoolExecutor}, the executor's lock can stay taken forever.
 *
 * <p>An idle thread waits on a node of its own, made anew each time, in a stack that is only
 * compared and set. The thread that sets the node from null decides: a caller to its task, or the
 * idle thread, when its time is up, to ENDED. A caller that pops an ended node pops the next. One
 * that stops between the two steps loses an idle thread, and no task.
 */
final class CachedPool implements Executor {
  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(8);

  /** An idle thread's own class, so that it is loaded: the loader may be closed when one idles. */
  private static final Object ENDED = new Idle();

  private static final String PREFIX = "slipstream-";

  private final AtomicInteger number = new AtomicInteger();

  /** The threads that idle, the last that began first. Written and read by any. */
  private final AtomicReference<@Nullable Idle> idle = new AtomicReference<>();

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    for (Idle free = pop(); free != null; free = pop()) {
      if (free.compareAndSet(null, task)) {
        LockSupport.unpark(free.thread);
        return;
      }
    }
    Thread fresh =
        DaemonThreads.create(
            PREFIX.concat(Integer.toString(number.incrementAndGet())), new Worker(task));
    fresh.setContextClassLoader(ClassLoader.getSystemClassLoader()); // it runs users' code
    fresh.start();
  }

  private @Nullable Idle pop() {
    Idle top;
    do {
      top = idle.get();
    } while (top != null && !idle.compareAndSet(top, top.next));
    return top;
  }

  private void push(Idle free) {
    do {
      free.next = idle.get();
    } while (!idle.compareAndSet(free.next, free));
  }

  /** A thread that idles. Null, and then once and for all its task or ENDED. */
  private static final class Idle extends AtomicReference<@Nullable Object> {
    private static final long serialVersionUID = 1L;

    private final transient Thread thread = Thread.currentThread();

    /** Written before it is pushed. */
    private transient @Nullable Idle next;
  }

  private final class Worker implements Runnable {
    /** The task to run; null while it idles, so that nothing is kept. The thread's own. */
    private @Nullable Runnable task;

    Worker(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      while (task != null) {
        run(task);
        Thread.interrupted(); // what was meant for the last task is not for the next
        task = null;
        task = await();
      }
    }

    private void run(Runnable current) {
      try {
        current.run();
      } catch (Throwable e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }

    private @Nullable Runnable await() {
      Idle me = new Idle();
      long deadline = System.nanoTime() + KEEP_ALIVE_NANOS;
      push(me);
      while (me.get() == null) {
        long left = deadline - System.nanoTime();
        if (left <= 0 && me.compareAndSet(null, ENDED)) {
          return null;
        }
        LockSupport.parkNanos(CachedPool.this, left);
        Thread.interrupted();
      }
      return (Runnable) me.get();
    }
  }
}
