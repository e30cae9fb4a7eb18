package dev.slipstream;

import dev.slipstream.latch.LatchKnowsTheRootCanary;

/** For {@link ArchitectureTest}: one half of a cycle between two packages. */
public final class RootKnowsTheLatchCanary {
  public static LatchKnowsTheRootCanary other() {
    return new LatchKnowsTheRootCanary();
  }
}
