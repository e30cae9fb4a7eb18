package dev.slipstream;

import java.util.concurrent.Executor;

/**
 * What a running loader knows of its fetch: whether anybody still wants the value, and where to run
 * blocking work.
 *
 * <p>It is the {@link Executor} that the cache was given for loaders, so that loaders written for
 * Caffeine's {@code (key, executor)} compile as they are. All methods may be called from any
 * thread, during the fetch and after it. A loader keeps it no longer than it runs: who holds a
 * context holds its fetch.
 */
public interface FetchContext extends Executor {

  /**
   * Returns the context of the fetch whose {@link Loader} runs on this thread.
   *
   * @return the context
   * @throws IllegalStateException if no loader runs on this thread
   */
  static FetchContext current() {
    return LoadStack.currentContext();
  }

  /**
   * Returns whether nobody waits for the value any more: the last caller left, the fetch timed out
   * or was aborted, or the cache was closed.
   *
   * @return true once the fetch was given up; it then never becomes false again
   */
  boolean isAbandoned();

  /**
   * Registers a hook that stops the work, such as one that calls {@code Statement.cancel}. It runs
   * at most once, as a task on the cache's continuation executor, when the fetch is given up (see
   * {@link #isAbandoned()}); at once if it has been already; never if the fetch completes. What it
   * throws is logged.
   *
   * @param hook stops the work
   */
  void onAbandon(Runnable hook);
}
