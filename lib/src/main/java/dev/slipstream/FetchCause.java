package dev.slipstream;

/**
 * Why a fetch was begun. A call that joins it later does not change that.
 *
 * @see InFlight#cause()
 */
public enum FetchCause {
  /** A call found no value: {@code get}, {@code getOrFetch}, {@code getAllOrFetch} or the like. */
  MISS,

  /** A {@link CoalescingCache#refresh refresh} that loads the value whatever is cached. */
  REFRESH,

  /** A {@link CoalescingCache#prefetch prefetch}: nobody waits for it. */
  PREFETCH,

  /** A call got a value that {@link CoalescingCacheBuilder#refreshAfterWrite is due}. */
  DUE,

  /**
   * A call got a value that will expire soon: {@link CoalescingCacheBuilder#earlyRefresh early
   * refresh}.
   */
  EARLY;

  /** Returns whether it loads a value anew that may be cached. */
  boolean isRefresh() {
    return this == REFRESH || this == DUE || this == EARLY;
  }
}
