package dev.slipstream.ledger;

/** What a cache does while its ledger cannot be reached. */
public enum AwayPolicy {
  /** Each node loads for itself. */
  LOCAL,
  /** A fetch that needs the ledger fails. */
  FAIL
}
