package dev.slipstream.internal;

import org.jspecify.annotations.Nullable;

/**
 * One run of users' code that may be interrupted from outside (G19). The interrupt is sent under
 * the monitor that the runner takes when it begins and when it ends, and the runner clears the flag
 * only if it was set so: an interrupt meant for this run reaches nothing else that the thread does.
 */
public final class InterruptibleRun {
  /** Guarded by this. */
  private boolean begun;

  /** The thread that runs; null before and after. Guarded by this. */
  private @Nullable Thread runner;

  /** Whether the runner was interrupted here. Guarded by this. */
  private boolean interrupted;

  /** Makes a run that has not begun. */
  public InterruptibleRun() {}

  /**
   * Begins the run on this thread.
   *
   * @return true for the first call, unless the run was cancelled before
   */
  public synchronized boolean begin() {
    if (begun) {
      return false;
    }
    runner = Thread.currentThread();
    begun = true;
    return true;
  }

  /** Takes a begin back, on the same thread, so that the run can begin on another. */
  public synchronized void takeBack() {
    boolean unused = end();
    begun = false;
  }

  /** Interrupts the runner, if there is one. */
  public synchronized void interrupt() {
    if (runner != null && !interrupted) {
      interrupted = true;
      runner.interrupt();
    }
  }

  /**
   * Keeps a run that has not begun from beginning.
   *
   * @return whether it had begun, or was refused before
   */
  public synchronized boolean refuse() {
    boolean had = begun;
    begun = true;
    return had;
  }

  /**
   * Interrupts the runner; a run that has not begun never will.
   *
   * @return whether it had begun, or was cancelled before
   */
  public synchronized boolean cancel() {
    interrupt();
    return refuse();
  }

  /**
   * Ends the run, on the thread that began it. No interrupt reaches it any more.
   *
   * @return whether the runner was interrupted here; its flag is clear then
   */
  public synchronized boolean end() {
    runner = null;
    if (interrupted) {
      Thread.interrupted();
    }
    return interrupted;
  }

  /**
   * Sets this thread's flag again after an interrupt that did not come from here, and that the
   * users' code has passed on.
   *
   * @param failure what that code threw, if anything
   */
  public static void keepInterrupt(@Nullable Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }
}
