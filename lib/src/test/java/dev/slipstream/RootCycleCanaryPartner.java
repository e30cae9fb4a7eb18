package dev.slipstream;

/** The other half of {@link RootCycleCanary}. */
final class RootCycleCanaryPartner {
  RootCycleCanary canary;
}
