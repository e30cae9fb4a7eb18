package dev.slipstream.view;

import dev.slipstream.latch.Registration;

/** Uses a package that this one may not know, which ArchitectureTest must catch. */
public record ViewUsesLatchCanary(Registration used) {}
