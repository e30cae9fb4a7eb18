package dev.slipstream.redis;

import dev.slipstream.ledger.AwayPolicy;
import dev.slipstream.ledger.LedgerOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * How a node of the figures is set up: as arguments of {@link NodeMain}, and the environment of its
 * JVM.
 *
 * @param patienceMillis how long it waits for an answer of the ledger
 * @param caches how many caches its JVM has, each a node with a ledger of its own
 * @param relayed whether its way to the ledger's server leads through a relay, which can be cut and
 *     takes some time
 */
record NodeOptions(
    long leaseMillis,
    long patienceMillis,
    AwayPolicy whenAway,
    long detachedMillis,
    int caches,
    boolean relayed,
    Map<String, String> environment) {
  /** Longer than a busy machine keeps an answer waiting: a node that gave up would load as well. */
  private static final long LONGEST_ANSWER_MILLIS = 10_000;

  static NodeOptions lease(long millis) {
    return new NodeOptions(
        millis, LONGEST_ANSWER_MILLIS, AwayPolicy.LOCAL, 30_000, 1, true, Map.of());
  }

  NodeOptions patience(long millis) {
    return new NodeOptions(
        leaseMillis, millis, whenAway, detachedMillis, caches, relayed, environment);
  }

  NodeOptions failsWhenAway() {
    return new NodeOptions(
        leaseMillis, patienceMillis, AwayPolicy.FAIL, detachedMillis, caches, relayed, environment);
  }

  NodeOptions detachedFor(long millis) {
    return new NodeOptions(
        leaseMillis, patienceMillis, whenAway, millis, caches, relayed, environment);
  }

  NodeOptions caches(int count) {
    return new NodeOptions(
        leaseMillis, patienceMillis, whenAway, detachedMillis, count, relayed, environment);
  }

  /** Connects it to the server itself. */
  NodeOptions direct() {
    return new NodeOptions(
        leaseMillis, patienceMillis, whenAway, detachedMillis, caches, false, environment);
  }

  NodeOptions in(Map<String, String> variables) {
    return new NodeOptions(
        leaseMillis, patienceMillis, whenAway, detachedMillis, caches, relayed, variables);
  }

  /** Returns so many of the same. */
  List<NodeOptions> times(int count) {
    return Collections.nCopies(count, this);
  }

  String text() {
    return "%d,%d,%s,%d,%d"
        .formatted(leaseMillis, patienceMillis, whenAway, detachedMillis, caches);
  }

  /** Reads {@link #text}. */
  static NodeOptions parse(String text) {
    String[] parts = text.split(",");
    return new NodeOptions(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        AwayPolicy.valueOf(parts[2]),
        Long.parseLong(parts[3]),
        Integer.parseInt(parts[4]),
        true, // the port that a node is given is the relay's or the server's
        Map.of());
  }

  Duration longestAnswer() {
    return Duration.ofMillis(patienceMillis);
  }

  LedgerOptions ofCache(String node) {
    return LedgerOptions.builder()
        .node(node)
        .leaseTime(Duration.ofMillis(leaseMillis))
        .patience(longestAnswer())
        .whenAway(whenAway)
        .detachedFor(Duration.ofMillis(detachedMillis))
        .build();
  }
}
