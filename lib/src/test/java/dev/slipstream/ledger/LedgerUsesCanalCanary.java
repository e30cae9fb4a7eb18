package dev.slipstream.ledger;

import dev.slipstream.canal.CanalBatch;

/** Uses a package that this one may not know, which ArchitectureTest must catch. */
public record LedgerUsesCanalCanary(CanalBatch<?> used) {}
