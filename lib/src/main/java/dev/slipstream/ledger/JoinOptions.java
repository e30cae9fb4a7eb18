package dev.slipstream.ledger;

import java.time.Duration;

/**
 * How a fetch is joined. Immutable: {@code JoinOptions.of(Duration.ofSeconds(3)).refreshing()}.
 *
 * @param lease how long the lease lasts, if it is acquired; at least 10 ms
 * @param grant how long the grant lasts unless it is renewed; longer than zero
 * @param refresh whether to start a fetch although there is a value
 * @param invalidateFirst whether to invalidate the key before, in the same step
 * @param recorded whether a fetch that this join starts or takes over is listed, and has the events
 *     {@code started} and {@code ended}
 */
public record JoinOptions(
    Duration lease, Duration grant, boolean refresh, boolean invalidateFirst, boolean recorded) {
  private static final Duration SHORTEST_GRANT = Duration.ofMillis(3_500);
  private static final Duration LONGEST_GRANT = Duration.ofDays(36_500);

  /**
   * Checks the times.
   *
   * @param lease how long the lease lasts, at least 10 ms
   * @param grant how long the grant lasts, longer than zero
   * @param refresh whether to start a fetch although there is a value
   * @param invalidateFirst whether to invalidate the key before
   * @param recorded whether the fetch is listed and has events
   */
  public JoinOptions {
    Arguments.leaseTime(lease, "lease");
    Arguments.positive(grant, "grant");
  }

  /**
   * Makes options of a join that is not recorded.
   *
   * @param lease how long the lease lasts, at least 10 ms
   * @param grant how long the grant lasts, longer than zero
   * @param refresh whether to start a fetch although there is a value
   * @param invalidateFirst whether to invalidate the key before
   */
  public JoinOptions(Duration lease, Duration grant, boolean refresh, boolean invalidateFirst) {
    this(lease, grant, refresh, invalidateFirst, false);
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
    return new JoinOptions(lease, grant, true, invalidateFirst, recorded);
  }

  /**
   * Returns options with which the key is invalidated before, in the same step.
   *
   * @return options that differ in this from the present ones
   */
  public JoinOptions invalidatingFirst() {
    return new JoinOptions(lease, grant, refresh, true, recorded);
  }

  /**
   * Returns options with which a fetch that the join starts or takes over is recorded: it is
   * listed, its event {@code started} has the node's name, and {@code ended} the name of its {@link
   * FetchState}.
   *
   * @return options that differ in this from the present ones
   */
  public JoinOptions recording() {
    return new JoinOptions(lease, grant, refresh, invalidateFirst, true);
  }
}
