package dev.slipstream;

/**
 * The entries that one restore or merge has written, or that callers have written between two
 * restores. An entry refers to its cache's configuration through its generation, so that to know
 * its generation costs it nothing.
 *
 * @param restores how many restores had begun: what has a lower number was there before the last
 * @param ofView whether its entries are of a view: their write times are then of the past
 */
record Generation<V>(CacheConfig<?, V> config, long restores, boolean ofView) {}
