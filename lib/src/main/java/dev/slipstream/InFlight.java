package dev.slipstream;

import java.time.Duration;

/**
 * A fetch that was running when {@link CoalescingCache#inFlight()} looked.
 *
 * @param <K> the type of keys
 */
public final class InFlight<K> {
  private final K key;
  private final FetchCause cause;
  private final Duration age;
  private final int awaiters;
  private final int continuations;
  private final boolean fenced;
  private final long fetchId;
  private final Phase phase;

  InFlight(
      K key,
      FetchCause cause,
      Duration age,
      int awaiters,
      int continuations,
      boolean fenced,
      long fetchId,
      Phase phase) {
    this.key = key;
    this.cause = cause;
    this.age = age;
    this.awaiters = awaiters;
    this.continuations = continuations;
    this.fenced = fenced;
    this.fetchId = fetchId;
    this.phase = phase;
  }

  /**
   * Returns the key that is fetched.
   *
   * @return the key
   */
  public K key() {
    return key;
  }

  /**
   * Returns why the fetch was begun.
   *
   * @return the cause; {@link FetchCause#DUE} and {@link FetchCause#EARLY} are refreshes in the
   *     background, whose callers have a value already
   */
  public FetchCause cause() {
    return cause;
  }

  /**
   * Returns how long the fetch had been running.
   *
   * @return the time since it started, on the wall clock
   */
  public Duration age() {
    return age;
  }

  /**
   * Returns how many handles were waiting.
   *
   * @return the number of callers that had not left
   */
  public int awaiters() {
    return awaiters;
  }

  /**
   * Returns how many continuations were waiting.
   *
   * @return the number of continuations, by key and by handle
   */
  public int continuations() {
    return continuations;
  }

  /**
   * Returns whether the key was written or invalidated while the fetch ran: its result goes to its
   * own callers, is not stored, and no later caller joins it.
   *
   * @return true if it is fenced
   */
  public boolean fenced() {
    return fenced;
  }

  /**
   * Returns the number of the fetch: see {@link FetchContext#fetchId()}.
   *
   * @return the number, unique in the cache
   */
  public long fetchId() {
    return fetchId;
  }

  /**
   * Returns how far the fetch was.
   *
   * @return what it was waiting for
   */
  public Phase phase() {
    return phase;
  }

  @Override
  public String toString() {
    return ("InFlight[key=%s, fetchId=%d, cause=%s, phase=%s, age=%s, awaiters=%d,"
            + " continuations=%d, fenced=%s]")
        .formatted(Failures.text(key), fetchId, cause, phase, age, awaiters, continuations, fenced);
  }

  /** How far a fetch is. */
  public enum Phase {
    /** It waits until more keys are to be loaded with it. */
    GATHERING,

    /** It waits until fewer loads run. */
    QUEUED,

    /** Its load has been started. */
    LOADING,

    /** Its load takes longer than the soft timeout. */
    OVERDUE
  }
}
