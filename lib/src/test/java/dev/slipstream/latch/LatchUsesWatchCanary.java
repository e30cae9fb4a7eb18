package dev.slipstream.latch;

import dev.slipstream.watch.EventType;

/** Uses a package that this one may not know, which ArchitectureTest must catch. */
public record LatchUsesWatchCanary(EventType used) {}
