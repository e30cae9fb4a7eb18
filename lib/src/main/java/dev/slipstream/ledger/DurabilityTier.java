package dev.slipstream.ledger;

/** What a ledger's records survive. */
public enum DurabilityTier {
  /** Nothing: they are gone with the process. */
  PROCESS,
  /** The end of every process that uses the ledger, but not a loss of the engine's memory. */
  ENGINE,
  /** A restart of the engine too. */
  DURABLE
}
