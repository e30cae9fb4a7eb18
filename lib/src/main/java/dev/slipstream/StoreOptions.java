package dev.slipstream;

import org.jspecify.annotations.Nullable;

/**
 * What a loader has said about how its value is to be stored; and the context that it runs in,
 * which has its place here since most loads have neither.
 *
 * @param stores whether it is to be stored at all
 * @param ttlNanos how long it may live; zero for as long as the cache's settings say
 * @param caller the context of the caller that started the load; null in a cache that carries none
 */
record StoreOptions(boolean stores, long ttlNanos, @Nullable CallerContext caller) {
  static final StoreOptions DEFAULTS = new StoreOptions(true, 0, null);

  StoreOptions withoutStore() {
    return new StoreOptions(false, ttlNanos, caller);
  }

  StoreOptions withTtl(long nanos) {
    return new StoreOptions(stores, nanos, caller);
  }

  StoreOptions withCaller(@Nullable CallerContext caller) {
    return new StoreOptions(stores, ttlNanos, caller);
  }
}
