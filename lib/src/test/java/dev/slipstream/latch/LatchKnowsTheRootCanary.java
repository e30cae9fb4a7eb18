package dev.slipstream.latch;

import dev.slipstream.RootKnowsTheLatchCanary;

/** For ArchitectureTest: the other half of the cycle, and a use of the root by itself. */
public final class LatchKnowsTheRootCanary {
  public static RootKnowsTheLatchCanary other() {
    return new RootKnowsTheLatchCanary();
  }
}
