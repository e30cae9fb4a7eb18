package dev.slipstream;

/**
 * What happens to a fetch whose last caller has left: {@link CoalescingCacheBuilder#abandonPolicy}.
 */
public enum AbandonPolicy {
  /** It is cancelled, down to the loader. The default. */
  CANCEL,
  /** It runs on and fills the cache; callers that come meanwhile join it. */
  FINISH
}
