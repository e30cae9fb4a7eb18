package dev.slipstream;

/** Breaks the rule that the root has no cycle of classes, so that the rule is seen to catch it. */
final class RootCycleCanary {
  RootCycleCanaryPartner partner;
}
