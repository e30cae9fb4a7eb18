package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** What a conditional write found, and what it left; used by one thread. */
final class Step<V> {
  @Nullable CachedValue<V> before;
  @Nullable CachedValue<V> after;
  boolean changed;
}
