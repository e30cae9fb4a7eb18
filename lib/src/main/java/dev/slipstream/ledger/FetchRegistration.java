package dev.slipstream.ledger;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fetch to be registered.
 *
 * @param key the key
 * @param externalRef what the fetch is called in another system; null if it has no such name
 * @param <K> the type of keys
 */
public record FetchRegistration<K>(K key, @Nullable ExternalRef externalRef) {
  /**
   * Checks that there is a key.
   *
   * @param key the key
   * @param externalRef a name in another system, or null
   */
  public FetchRegistration {
    Objects.requireNonNull(key, "key");
  }

  /**
   * Returns a registration without a name in another system.
   *
   * @param key the key
   * @param <K> the type of keys
   * @return a registration
   */
  public static <K> FetchRegistration<K> of(K key) {
    return new FetchRegistration<>(key, null);
  }
}
