package dev.slipstream;

/**
 * A value that has expired, kept for callers whose fetch fails.
 *
 * @param entry what has expired; it knows which loads that were to replace it have failed
 * @param untilNanos until when it is kept, by the cache's ticker
 */
record Retained<V>(AgingValue<V> entry, long untilNanos) {}
