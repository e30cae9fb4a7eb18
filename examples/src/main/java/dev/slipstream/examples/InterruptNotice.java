package dev.slipstream.examples;

/**
 * What a program does when Ctrl-C ends it. The JVM runs it as a shutdown hook and then exits with
 * code 130 (128 and the number of the signal).
 */
final class InterruptNotice {
  private final Thread hook;

  private InterruptNotice(Thread hook) {
    this.hook = hook;
  }

  static InterruptNotice arm(Runnable notice) {
    Thread hook = new Thread(notice, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return new InterruptNotice(hook);
  }

  /** Takes it back; returns false if it is too late for that, as the JVM is shutting down. */
  boolean disarm() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
