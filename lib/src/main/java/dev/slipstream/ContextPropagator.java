package dev.slipstream;

/**
 * Carries what belongs to a caller, such as a tenant, a trace or a logging context, to the threads
 * on which its fetch runs. Set by {@link CoalescingCacheBuilder#contextPropagator}.
 *
 * <pre>{@code
 * ContextPropagator tenants =
 *     () -> {
 *       String tenant = TENANT.get();
 *       return () -> {
 *         String before = TENANT.get();
 *         TENANT.set(tenant);
 *         return () -> TENANT.set(before);
 *       };
 *     };
 * }</pre>
 *
 * <p>Its methods may be called on several threads at once, with no lock of the cache held; they
 * must be quick, and must not use the cache.
 */
@FunctionalInterface
public interface ContextPropagator {

  /**
   * Captures the context of the calling thread. Called once for each fetch, on the thread of the
   * caller that starts it; for a bulk load once for all of its keys. A hit and a join capture
   * nothing.
   *
   * @return the context, not null. What this throws ends the fetch as a loader's exception does
   */
  Snapshot capture();

  /** A context that was captured. */
  @FunctionalInterface
  interface Snapshot {

    /**
     * Opens the context on the calling thread: round the loader and the interceptors, round the
     * insert callback, and round each continuation on the handle of the caller that started the
     * fetch. May be called several times, also nested on one thread.
     *
     * @return what closes it, not null. What this throws ends the fetch as a loader's exception
     *     does; for a continuation it counts as what the continuation throws
     */
    Scope open();
  }

  /** A context that is open on a thread. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {

    /**
     * Restores what was there before. Called once, on the thread that has opened the context,
     * whatever the code in it throws. What this throws is logged.
     */
    @Override
    void close();
  }
}
