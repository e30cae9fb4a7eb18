package dev.slipstream.internal;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A virtual thread for each task.
 *
 * <p>A caller may be at the end of its stack. Where that overflows within the JDK's scheduler, a
 * thread can be left in a queue for which no carrier is woken; and a later start, which finds the
 * queue in use, wakes none either. So the first start that succeeds after one that was cut short is
 * followed by others, from stacks that have room, until one of their threads has run: the carrier
 * that runs it looks into all queues.
 */
final class VirtualThreads implements Executor {
  private static final long AGAIN_MILLIS = 10;

  private final ThreadFactory threads;

  /** A start was cut short, and none has followed. Written and read by any. */
  private volatile boolean cutShort;

  /**
   * Makes an executor.
   *
   * @param threads makes virtual threads. No executor of the JDK's, which keeps a set of those that
   *     run: one whose start is cut short would stay there
   */
  VirtualThreads(ThreadFactory threads) {
    this.threads = threads;
  }

  /**
   * Makes an executor whose first task needs no class that is not ready: one whose initialization
   * overflows the stack of the first caller can never be used again. So a first thread is started
   * here, from a stack that has room.
   */
  static VirtualThreads ready(ThreadFactory threads) {
    VirtualThreads executor = new VirtualThreads(threads);
    Thread starter =
        DaemonThreads.create("slipstream-waking", () -> executor.start(VirtualThreads::ignore));
    try {
      starter.start();
    } catch (OutOfMemoryError e) {
      return executor; // no thread can be had now; the first task starts its own or throws
    }
    Uninterruptibles.joinUninterruptibly(starter);
    return executor;
  }

  private static void ignore() {}

  @Override
  public void execute(Runnable task) {
    try {
      start(task);
    } catch (VirtualMachineError e) {
      cutShort = true; // and no call: there may be no room for one
      throw e;
    }
    if (cutShort) {
      Threads.runSoonOnLibrary(new Waking());
      cutShort = false;
    }
  }

  private void start(Runnable task) {
    threads.newThread(task).start();
  }

  /** Starts threads until one has run; each from a new stack, since that chooses the queue. */
  private final class Waking implements Runnable {
    private volatile boolean done;

    @Override
    public void run() {
      if (done) {
        return;
      }
      try {
        DaemonThreads.create(
                "slipstream-waking", () -> VirtualThreads.this.start(() -> done = true))
            .start();
      } finally {
        Threads.timer().schedule(this, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }
}
