package dev.slipstream.ledger;

import java.util.Objects;

/**
 * One party to a fetch: a flight of a node, not the node, since a node can have two flights of one
 * key at a time (one that was fenced, and its successor).
 *
 * @param node the node
 * @param flight a number that differs between the node's flights
 */
public record FetchScope(NodeIdentity node, long flight) {
  /**
   * Checks that there is a node.
   *
   * @param node the node
   * @param flight a number that differs between the node's flights
   */
  public FetchScope {
    Objects.requireNonNull(node, "node");
  }

  /** Returns the node and the flight, as {@code name#incarnation/flight}. */
  @Override
  public String toString() {
    return node + "/" + flight;
  }
}
