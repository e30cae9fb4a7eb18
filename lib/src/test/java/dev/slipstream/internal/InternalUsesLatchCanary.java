package dev.slipstream.internal;

import dev.slipstream.latch.Outcome;

/** Breaks a rule on purpose: the internal package stands on no other. */
public record InternalUsesLatchCanary(Outcome<?> outcome) {}
