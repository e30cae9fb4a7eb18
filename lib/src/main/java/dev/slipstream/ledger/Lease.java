package dev.slipstream.ledger;

import java.time.Duration;
import java.util.Objects;

/**
 * The right to run a fetch, for a time. It is identified by its token: after a takeover, an
 * invalidation or a give-up the token is no longer valid, and a completion with it is refused.
 *
 * @param id the fetch
 * @param holder the flight that has the lease
 * @param token grows with each lease of the ledger; can be given to a system that refuses writes
 *     with an older one
 * @param left how long the lease lasts from when the ledger answered, by the ledger's clock; zero
 *     if it has run out
 * @param <K> the type of keys
 */
public record Lease<K>(FetchId<K> id, FetchScope holder, long token, Duration left) {
  /**
   * Checks all parts.
   *
   * @param id the fetch
   * @param holder the flight that has the lease
   * @param token identifies the lease
   * @param left how long it lasts, not negative
   */
  public Lease {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(holder, "holder");
    Arguments.notNegative(left, "left");
  }
}
