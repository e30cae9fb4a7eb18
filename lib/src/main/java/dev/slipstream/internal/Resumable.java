package dev.slipstream.internal;

/**
 * A task that may be run again if it threw: it then does what it has not done. What users' code
 * throws it catches, so it throws only where the memory or the stack has come to its end.
 */
public interface Resumable extends Runnable {}
