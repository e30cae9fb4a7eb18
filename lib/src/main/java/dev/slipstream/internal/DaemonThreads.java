package dev.slipstream.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Daemon threads that inherit nothing from the thread that makes them: neither thread-locals nor
 * the context class loader, the thread group (which may be an application's, and be destroyed), the
 * priority, or the access control context, which would keep the class loaders of the caller.
 */
final class DaemonThreads {
  private static final ThreadGroup TOP = top();

  private DaemonThreads() {}

  /** Returns a thread that is not started. */
  @SuppressWarnings("removal") // later JDKs just run the action
  static Thread create(String name, Runnable task) {
    return AccessController.doPrivileged(new Creation(name, task));
  }

  @SuppressWarnings("ThreadPriorityCheck") // the normal one, not the caller's
  private static Thread createHere(String name, Runnable task) {
    Thread thread = new Thread(TOP, task, name, 0, false);
    thread.setDaemon(true);
    thread.setPriority(Thread.NORM_PRIORITY);
    thread.setContextClassLoader(null);
    return thread;
  }

  /** No lambda: to link one for the first time takes a deep stack, which callers may not have. */
  private record Creation(String name, Runnable task) implements PrivilegedAction<Thread> {
    @Override
    public Thread run() {
      return createHere(name, task);
    }
  }

  private static ThreadGroup top() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }
}
