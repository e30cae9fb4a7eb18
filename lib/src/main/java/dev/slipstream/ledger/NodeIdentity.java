package dev.slipstream.ledger;

import java.util.UUID;

/**
 * One run of one node. The name says which node it is, also after a restart; the incarnation says
 * which of its runs.
 *
 * @param name the node's name, not blank
 * @param incarnation differs between any two runs of nodes of this name; not blank
 */
public record NodeIdentity(String name, String incarnation) {
  /**
   * Checks both parts.
   *
   * @param name the node's name, not blank
   * @param incarnation the run, not blank
   */
  public NodeIdentity {
    Arguments.notBlank(name, "name");
    Arguments.notBlank(incarnation, "incarnation");
  }

  /**
   * Returns a new run of a node: its incarnation is random.
   *
   * @param name the node's name, not blank
   * @return an identity that no other call returns
   */
  public static NodeIdentity of(String name) {
    return new NodeIdentity(name, UUID.randomUUID().toString());
  }

  /** Returns the name and the incarnation, as {@code name#incarnation}. */
  @Override
  public String toString() {
    return name + '#' + incarnation;
  }
}
