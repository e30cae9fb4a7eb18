package dev.slipstream;

/**
 * How many loads there may be.
 *
 * @param running at once, 1 or more
 * @param queued that wait for that, 0 or more
 */
record FetchLimits(int running, int queued) {}
