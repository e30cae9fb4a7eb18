package dev.slipstream;

import java.util.concurrent.Executor;

/**
 * What a running loader can ask about its fetch: whether any caller still waits for the value, and
 * where to run blocking work.
 *
 * <p>It is the {@link Executor} that the cache was given for loaders, so that loaders written for
 * Caffeine's {@code (key, executor)} compile as they are. All methods may be called from any
 * thread, during the fetch and after it. A loader must not keep it longer than it runs: a context
 * keeps its fetch from being collected.
 *
 * <pre>{@code
 * User queryUser(int id) throws SQLException { // a Loader
 *   FetchContext context = FetchContext.current();
 *   for (Page page : pages(id)) {
 *     if (context.isAbandoned()) {
 *       throw new CancellationException();
 *     }
 *     read(page);
 *   }
 *   return result();
 * }
 * }</pre>
 *
 * <p>Not for implementation by users: methods may be added.
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
   * Returns whether the fetch has been given up: the last caller left, the fetch timed out or was
   * aborted, or the cache was closed.
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
