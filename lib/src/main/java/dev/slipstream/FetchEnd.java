package dev.slipstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a fetch ended, as a {@link FetchListener} is notified of it. */
public final class FetchEnd {
  private final Outcome outcome;
  private final Duration duration;
  private final int callers;
  private final boolean fenced;
  private final @Nullable Throwable failure;

  FetchEnd(
      Outcome outcome,
      Duration duration,
      int callers,
      boolean fenced,
      @Nullable Throwable failure) {
    this.outcome = outcome;
    this.duration = duration;
    this.callers = callers;
    this.fenced = fenced;
    this.failure = failure;
  }

  /**
   * Returns what the fetch came to.
   *
   * @return the outcome
   */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * Returns how long the fetch took.
   *
   * @return the time from its start to its end, on the wall clock
   */
  public Duration duration() {
    return duration;
  }

  /**
   * Returns how many callers had a handle on the fetch, those that left included.
   *
   * @return the number of handles; 0 for a fetch that a prefetch started and nobody joined
   */
  public int callers() {
    return callers;
  }

  /**
   * Returns whether the key was written or invalidated while the fetch ran: its result went to its
   * callers, and was not stored.
   *
   * @return true if it was fenced
   */
  public boolean fenced() {
    return fenced;
  }

  /**
   * Returns why the fetch failed: what its callers' handles complete with.
   *
   * @return the failure if the outcome is {@link Outcome#FAILURE} or {@link Outcome#TIMEOUT}, else
   *     null
   */
  public @Nullable Throwable failure() {
    return failure;
  }

  /** Returns the components; of the failure only its type, as its message may be secret. */
  @Override
  public String toString() {
    return "FetchEnd[outcome=%s, duration=%s, callers=%d, fenced=%s%s]"
        .formatted(
            outcome,
            duration,
            callers,
            fenced,
            failure == null ? "" : ", failure=" + failure.getClass().getName());
  }

  /** What a fetch came to. */
  public enum Outcome {
    /** A value. */
    SUCCESS,
    /** That there is no value. */
    ABSENT,
    /** It failed, was refused, aborted or ended by close. */
    FAILURE,
    /** Its last caller left, or it was lost. */
    ABANDONED,
    /** The fetch timeout ended it. */
    TIMEOUT
  }
}
