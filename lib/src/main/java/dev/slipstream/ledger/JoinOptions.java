package dev.slipstream.ledger;

import java.time.Duration;

/**
 * How a fetch is joined. Immutable: {@code JoinOptions.of(Duration.ofSeconds(3)).refreshing()}.
 *
 * @param lease how long the lease lasts, if it is acquired; at least 10 ms
 * @param grant how long the grant lasts unless it is renewed; longer than zero
 * @param refresh whether to start a fetch although there is a value
 * @param invalidateFirst whether to invalidate the key before, in the same step
 */
public record JoinOptions(
    Duration lease, Duration grant, boolean refresh, boolean invalidateFirst) {
  private static final Duration SHORTEST_GRANT = Duration.ofMillis(3_500);
  private static final Duration LONGEST_GRANT = Duration.ofDays(36_500);

  /**
   * Checks the times.
   *
   * @param lease how long the lease lasts, at least 10 ms
   * @param grant how long the grant lasts, longer than zero
   * @param refresh whether to start a fetch although there is a value
   * @param invalidateFirst whether to invalidate the key before
   */
  public JoinOptions {
    Arguments.leaseTime(lease, "lease");
    Arguments.positive(grant, "grant");
  }

  /**
   * Returns options with which a value is taken where there is one.
   *
   * @param lease how long the lease lasts, at least 10 ms. The grant lasts for {@link
   *     #grantFor(Duration)} of it
   * @return options
   */
  public static JoinOptions of(Duration lease) {
    Arguments.leaseTime(lease, "lease");
    return new JoinOptions(lease, grantFor(lease), false, false);
  }

  /**
   * Returns how long a grant lasts beside a lease: 1.2 times as long, but at least 3.5 seconds, so
   * that a waiter that looks once a second may miss three looks.
   *
   * @param lease how long the lease lasts
   * @return how long the grant lasts
   */
  public static Duration grantFor(Duration lease) {
    if (lease.compareTo(LONGEST_GRANT) > 0) {
      return lease;
    }
    Duration longer = lease.plus(lease.dividedBy(5));
    return longer.compareTo(SHORTEST_GRANT) < 0 ? SHORTEST_GRANT : longer;
  }

  /**
   * Returns options with which a fetch is started although there is a value.
   *
   * @return options that differ in this from the present ones
   */
  public JoinOptions refreshing() {
    return new JoinOptions(lease, grant, true, invalidateFirst);
  }

  /**
   * Returns options with which the key is invalidated before, in the same step.
   *
   * @return options that differ in this from the present ones
   */
  public JoinOptions invalidatingFirst() {
    return new JoinOptions(lease, grant, refresh, true);
  }
}
