package dev.slipstream.ledger;

import java.util.Objects;

/**
 * Somebody's interest in a fetch: while it has a grant that has not run out, it is not given up.
 *
 * @param scope the flight that waits for it
 * @param id the fetch
 * @param info what was noted with it
 * @param <K> the type of keys
 */
public record Grant<K>(FetchScope scope, FetchId<K> id, GrantInfo info) {
  /**
   * Checks that nothing is missing.
   *
   * @param scope the flight that waits for it
   * @param id the fetch
   * @param info what was noted with it
   */
  public Grant {
    Objects.requireNonNull(scope, "scope");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(info, "info");
  }
}
