package dev.slipstream.examples.shared;

/**
 * An action that runs when Ctrl-C ends the program. The JVM runs it as a shutdown hook and then
 * exits with code 130 (128 plus the number of the signal).
 */
public final class InterruptNotice {
  private final Thread hook;

  private InterruptNotice(Thread hook) {
    this.hook = hook;
  }

  /**
   * Registers an action.
   *
   * @param notice runs when the JVM shuts down
   * @return a handle that takes it back
   */
  public static InterruptNotice arm(Runnable notice) {
    Thread hook = new Thread(notice, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return new InterruptNotice(hook);
  }

  /**
   * Removes the action.
   *
   * @return false if it is too late: the JVM is shutting down
   */
  public boolean disarm() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
