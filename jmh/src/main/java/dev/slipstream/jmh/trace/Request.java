package dev.slipstream.jmh.trace;

/** A caller: when it asks, for what, and whether it gives up if it has to wait. */
record Request(long atNanos, int key, boolean givesUp) {}
