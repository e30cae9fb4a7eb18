package dev.slipstream.ledger;

import java.util.Objects;

/**
 * How a fetch ended.
 *
 * @param <V> the type of values
 */
public sealed interface FetchEnd<V> {
  /**
   * It found a value.
   *
   * @param value the value
   * @param <V> the type of values
   */
  record Success<V>(V value) implements FetchEnd<V> {
    /**
     * Checks that there is a value.
     *
     * @param value the value
     */
    public Success {
      Objects.requireNonNull(value, "value");
    }

    /** Returns the name only, and not the value: it may be large, or secret. */
    @Override
    public String toString() {
      return "Success[]";
    }
  }

  /**
   * It found that there is no value.
   *
   * @param <V> the type of values
   */
  record Absent<V>() implements FetchEnd<V> {}

  /**
   * It found a value that cannot be shared: each party has to load its own.
   *
   * @param <V> the type of values
   */
  record Unshared<V>() implements FetchEnd<V> {}

  /**
   * It failed.
   *
   * @param failure why
   * @param <V> the type of values
   */
  record Failure<V>(RemoteFailure failure) implements FetchEnd<V> {
    /**
     * Checks that there is a failure.
     *
     * @param failure why
     */
    public Failure {
      Objects.requireNonNull(failure, "failure");
    }
  }

  /**
   * Its holder stopped it before it ended.
   *
   * @param reason why, for people
   * @param <V> the type of values
   */
  record Abandoned<V>(String reason) implements FetchEnd<V> {
    /**
     * Checks that there is a reason.
     *
     * @param reason why
     */
    public Abandoned {
      Objects.requireNonNull(reason, "reason");
    }
  }
}
