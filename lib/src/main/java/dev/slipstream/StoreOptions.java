package dev.slipstream;

/**
 * What a loader has said about how its value is to be stored.
 *
 * @param stores whether it is to be stored at all
 * @param ttlNanos how long it may live; zero for as long as the cache's settings say
 */
record StoreOptions(boolean stores, long ttlNanos) {
  static final StoreOptions DEFAULTS = new StoreOptions(true, 0);

  StoreOptions withoutStore() {
    return new StoreOptions(false, ttlNanos);
  }

  StoreOptions withTtl(long nanos) {
    return new StoreOptions(stores, nanos);
  }
}
