package dev.slipstream;

/** Where the value of a {@link FetchHandle} comes from. */
public enum Origin {
  /** It was cached; the handle was complete when the caller got it. */
  HIT,
  /** This caller's loader was started for it. */
  STARTED,
  /** This caller joined a fetch that was running already. */
  JOINED,
  /** It was cached and is due to be renewed. */
  STALE
}
