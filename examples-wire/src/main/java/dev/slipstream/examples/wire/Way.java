package dev.slipstream.examples.wire;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;

/**
 * One way to load an item.
 *
 * @param name of the way, in the table
 * @param server that is asked
 * @param fetch gets an item from the cache
 */
record Way(String name, SlowServer server, Fetch fetch) {

  /** A call of the cache with the loader that is tried. */
  interface Fetch {
    FetchHandle<String> from(CoalescingCache<Integer, String> cache, int item);
  }
}
