package dev.slipstream.ledger;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds {@link LedgerOptions}. It is for one thread; a setter that is called again replaces. */
public final class LedgerOptionsBuilder {
  private static final Duration SHORTEST_LEASE = Duration.ofMillis(100);

  String node = defaultNode();
  Duration leaseTime = Duration.ofSeconds(3);
  @Nullable Duration shareFor;
  AwayPolicy whenAway = AwayPolicy.LOCAL;
  Duration patience = Duration.ofMillis(250);
  Duration detachedFor = Duration.ofSeconds(30);
  boolean shareWrites = true;
  boolean recorded;

  LedgerOptionsBuilder() {}

  /**
   * Sets the node's name.
   *
   * @param node a name that differs between any two caches by default: host, process and a random
   *     part
   * @return this
   * @throws IllegalArgumentException if it is blank
   */
  public LedgerOptionsBuilder node(String node) {
    this.node = Arguments.notBlank(node, "node");
    return this;
  }

  /**
   * Sets how long a lease lasts unless it is renewed, and so how long a fetch stands still when its
   * node dies.
   *
   * @param leaseTime at least 100 ms; 3 seconds by default
   * @return this
   * @throws IllegalArgumentException if it is less than 100 ms
   */
  public LedgerOptionsBuilder leaseTime(Duration leaseTime) {
    this.leaseTime = Arguments.atLeast(SHORTEST_LEASE, leaseTime, "leaseTime");
    return this;
  }

  /**
   * Sets how long a value stays in the ledger.
   *
   * @param shareFor zero hands it only to the nodes that wait for it; by default the cache's {@code
   *     expireAfterWrite}, or a minute
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public LedgerOptionsBuilder shareFor(Duration shareFor) {
    this.shareFor = Arguments.notNegative(shareFor, "shareFor");
    return this;
  }

  /**
   * Sets what the cache does while the ledger cannot be reached.
   *
   * @param whenAway {@link AwayPolicy#LOCAL} by default
   * @return this
   */
  public LedgerOptionsBuilder whenAway(AwayPolicy whenAway) {
    this.whenAway = Objects.requireNonNull(whenAway, "whenAway");
    return this;
  }

  /**
   * Sets how long the cache waits for one answer of the ledger before it counts as away.
   *
   * @param patience longer than zero; 250 ms by default
   * @return this
   * @throws IllegalArgumentException if it is zero or less
   */
  public LedgerOptionsBuilder patience(Duration patience) {
    this.patience = Arguments.positive(patience, "patience");
    return this;
  }

  /**
   * Sets how old an entry may get while the ledger's feed is cut off.
   *
   * @param detachedFor longer than zero; 30 seconds by default
   * @return this
   * @throws IllegalArgumentException if it is zero or less
   */
  public LedgerOptionsBuilder detachedFor(Duration detachedFor) {
    this.detachedFor = Arguments.positive(detachedFor, "detachedFor");
    return this;
  }

  /**
   * Sets whether what is put is shared; if not, a put only invalidates the key for the others.
   *
   * @param shareWrites true by default
   * @return this
   */
  public LedgerOptionsBuilder shareWrites(boolean shareWrites) {
    this.shareWrites = shareWrites;
    return this;
  }

  /**
   * Sets whether the fetches that this cache runs are recorded: {@code list} and the other
   * operations on all fetches see them, and they have the events {@code started}, with the node's
   * name, and {@code ended}, with the name of the {@link FetchState}.
   *
   * @param recorded false by default: a fetch then costs the ledger less
   * @return this
   */
  public LedgerOptionsBuilder recorded(boolean recorded) {
    this.recorded = recorded;
    return this;
  }

  /**
   * Returns the options.
   *
   * @return options
   */
  public LedgerOptions build() {
    return new LedgerOptions(this);
  }

  private static String defaultNode() {
    return host() + '-' + ProcessHandle.current().pid() + '-' + UUID.randomUUID();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
