package dev.slipstream;

/** Where the value of a {@link FetchHandle} comes from. */
public enum Origin {
  /** It was cached; the handle was complete when the caller got it. */
  HIT,
  /**
   * This caller started the fetch. Also the origin of a handle that failed at once, such as one of
   * a closed cache: no loader ran for it.
   */
  STARTED,
  /** This caller joined a fetch that was running already. */
  JOINED,
  /** It was cached and is due for renewal: see {@link CoalescingCacheBuilder#refreshAfterWrite}. */
  STALE
}
