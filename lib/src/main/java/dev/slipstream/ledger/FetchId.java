package dev.slipstream.ledger;

import java.util.Objects;

/**
 * A fetch of a key. The numbers of a key's fetches only grow, also across invalidations, and are
 * not consecutive.
 *
 * @param key the key
 * @param number the fetch's number; 0 stands for the newest fetch of the key, whichever it is
 * @param <K> the type of keys
 */
public record FetchId<K>(K key, long number) {
  /**
   * Checks both parts.
   *
   * @param key the key
   * @param number the fetch's number, not negative
   */
  public FetchId {
    Objects.requireNonNull(key, "key");
    Arguments.notNegative(number, "number");
  }

  /**
   * Returns the id of the newest fetch of a key, whichever that is when it is used.
   *
   * @param key the key
   * @param <K> the type of keys
   * @return an id with the number 0
   */
  public static <K> FetchId<K> newest(K key) {
    return new FetchId<>(key, 0);
  }
}
