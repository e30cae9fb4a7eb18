package dev.slipstream;

import dev.slipstream.latch.Outcome;
import org.jspecify.annotations.Nullable;

/** What a flight came to. */
sealed interface FlightResult<V> {

  /** Returns the value; null if there is none, or if the flight failed. */
  @Nullable V value();

  /** Returns what callers get in place of a value; null if the flight did not fail. */
  @Nullable Throwable failure();

  /** Returns how a flight that ended so counts, unless it timed out. */
  End end();

  /** Returns the result as continuations get it. */
  Outcome<V> toOutcome();

  /** A value, or none: the entry that callers get and that L1 may hold. */
  non-sealed interface Loaded<V> extends FlightResult<V> {
    @Override
    default @Nullable Throwable failure() {
      return null;
    }

    @Override
    default End end() {
      return value() == null ? End.ABSENT : End.SUCCESS;
    }

    @Override
    default Outcome<V> toOutcome() {
      return new Outcome.Success<>(value());
    }
  }

  /** There is no value. */
  sealed interface Failed<V> extends FlightResult<V> {
    @Override
    Throwable failure();

    @Override
    default @Nullable V value() {
      return null;
    }

    @Override
    default End end() {
      return End.FAILURE;
    }

    @Override
    default Outcome<V> toOutcome() {
      return new Outcome.Failure<>(failure());
    }
  }

  /** The loader failed: callers get what it threw. */
  record LoaderFailed<V>(Throwable failure) implements Failed<V> {}

  /**
   * The load failed, and callers get a value that has expired in place of the failure. Everything
   * else gets the failure.
   */
  record Covered<V>(Throwable failure, Loaded<V> retained) implements Failed<V> {}

  /** The library ended the flight, or refused its value: callers get an exception of its own. */
  record Refused<V>(FetchException failure) implements Failed<V> {}

  /** The last caller left. */
  record Abandoned<V>() implements FlightResult<V> {
    @Override
    public @Nullable V value() {
      return null;
    }

    @Override
    public @Nullable Throwable failure() {
      return null;
    }

    @Override
    public End end() {
      return End.ABANDONED;
    }

    @Override
    public Outcome<V> toOutcome() {
      return new Outcome.Abandoned<>();
    }
  }

  /** How a fetch counts, once it has ended. */
  enum End {
    SUCCESS,
    ABSENT,
    FAILURE,
    TIMEOUT,
    ABANDONED
  }
}
