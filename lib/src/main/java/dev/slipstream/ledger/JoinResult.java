package dev.slipstream.ledger;

import java.time.Duration;

/**
 * What a flight that joins or looks is to do.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public sealed interface JoinResult<K, V> {
  /**
   * There is a value.
   *
   * @param id the fetch, or put, that it is of
   * @param value the value
   * @param age how long ago it was completed, by the ledger's clock, without the time that the
   *     answer took
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Value<K, V>(FetchId<K> id, V value, Duration age) implements JoinResult<K, V> {
    /** Returns the id and the age, but not the value: it may be large, or secret. */
    @Override
    public String toString() {
      return "Value[id=" + id + ", age=" + age + "]";
    }
  }

  /**
   * It is known that there is no value.
   *
   * @param id the fetch that found so
   * @param age how long ago it ended, by the ledger's clock
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Absent<K, V>(FetchId<K> id, Duration age) implements JoinResult<K, V> {}

  /**
   * The party is to run the fetch; it has the lease and a grant.
   *
   * @param lease the lease, to be renewed and completed
   * @param takenOver whether another had it, whose lease ran out
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Acquired<K, V>(Lease<K> lease, boolean takenOver) implements JoinResult<K, V> {}

  /**
   * Another runs the fetch; the party has a grant and is to wait, and to look again.
   *
   * @param by the other's lease; one with no time left can be taken over by a join
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Held<K, V>(Lease<K> by) implements JoinResult<K, V> {}

  /**
   * The awaited fetch failed. Only a look has this result: a join starts another fetch.
   *
   * @param failure why
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Failed<K, V>(RemoteFailure failure) implements JoinResult<K, V> {}

  /**
   * The awaited fetch ended well, but its value cannot be shared: the party is to load it itself.
   * Only a look has this result.
   *
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Unshared<K, V>() implements JoinResult<K, V> {}

  /**
   * The awaited fetch is no more: it was invalidated, given up or abandoned, or is not held by
   * anybody yet. The party is to join anew. Only a look has this result.
   *
   * @param <K> the type of keys
   * @param <V> the type of values
   */
  record Gone<K, V>() implements JoinResult<K, V> {}
}
