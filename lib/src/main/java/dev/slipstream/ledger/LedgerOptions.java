package dev.slipstream.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a cache uses its ledger.
 *
 * <pre>{@code
 * LedgerOptions options =
 *     LedgerOptions.builder()
 *         .node("orders-7")
 *         .leaseTime(Duration.ofSeconds(5))
 *         .whenAway(AwayPolicy.FAIL)
 *         .build();
 * }</pre>
 */
public final class LedgerOptions {
  private final String node;
  private final Duration leaseTime;
  private final @Nullable Duration shareFor;
  private final AwayPolicy whenAway;
  private final Duration patience;
  private final Duration detachedFor;
  private final boolean shareWrites;
  private final boolean recorded;

  LedgerOptions(LedgerOptionsBuilder builder) {
    this.node = builder.node;
    this.leaseTime = builder.leaseTime;
    this.shareFor = builder.shareFor;
    this.whenAway = builder.whenAway;
    this.patience = builder.patience;
    this.detachedFor = builder.detachedFor;
    this.shareWrites = builder.shareWrites;
    this.recorded = builder.recorded;
  }

  /**
   * Returns a builder with the defaults.
   *
   * @return a builder
   */
  public static LedgerOptionsBuilder builder() {
    return new LedgerOptionsBuilder();
  }

  /**
   * Returns the node's name.
   *
   * @return a name
   */
  public String node() {
    return node;
  }

  /**
   * Returns how long a lease lasts unless it is renewed, and so how long a fetch stands still when
   * its node dies.
   *
   * @return a time
   */
  public Duration leaseTime() {
    return leaseTime;
  }

  /**
   * Returns how long a value stays in the ledger.
   *
   * @return a time, or null for the default, which the cache knows
   */
  public @Nullable Duration shareFor() {
    return shareFor;
  }

  /**
   * Returns what the cache does while the ledger cannot be reached.
   *
   * @return the policy
   */
  public AwayPolicy whenAway() {
    return whenAway;
  }

  /**
   * Returns how long the cache waits for one answer of the ledger before it counts as away.
   *
   * @return a time
   */
  public Duration patience() {
    return patience;
  }

  /**
   * Returns how old an entry may get while the ledger's feed is cut off.
   *
   * @return a time
   */
  public Duration detachedFor() {
    return detachedFor;
  }

  /**
   * Returns whether what is put is shared; if not, a put only invalidates the key for the others.
   *
   * @return true if so
   */
  public boolean shareWrites() {
    return shareWrites;
  }

  /**
   * Returns whether fetches are listed, and their starts and ends are their events.
   *
   * @return true if so
   */
  public boolean recorded() {
    return recorded;
  }
}
