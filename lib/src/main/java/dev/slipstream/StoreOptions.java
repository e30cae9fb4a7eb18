package dev.slipstream;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a loader has said about how its value is to be stored; and what else is known of few loads,
 * which has its place here since most have nothing of it.
 *
 * @param stores whether it is to be stored at all
 * @param ttlNanos how long it may live; zero for as long as the cache's settings say
 * @param caller the context of the caller that started the load; null in a cache that carries none
 * @param tags the tags of the value
 * @param began the number of the last invalidation of a tag before the load began
 * @param outdated whether what it brings is for those alone that called before a tag was
 *     invalidated
 */
record StoreOptions(
    boolean stores,
    long ttlNanos,
    @Nullable CallerContext caller,
    Set<String> tags,
    long began,
    boolean outdated) {
  static final StoreOptions DEFAULTS = new StoreOptions(true, 0, null, Set.of(), 0, false);

  StoreOptions withoutStore() {
    return new StoreOptions(false, ttlNanos, caller, tags, began, outdated);
  }

  StoreOptions withTtl(long nanos) {
    return new StoreOptions(stores, nanos, caller, tags, began, outdated);
  }

  StoreOptions withCaller(@Nullable CallerContext caller) {
    return new StoreOptions(stores, ttlNanos, caller, tags, began, outdated);
  }

  StoreOptions withTags(Set<String> more) {
    return new StoreOptions(stores, ttlNanos, caller, union(tags, more), began, outdated);
  }

  StoreOptions withBegin(long number) {
    return new StoreOptions(stores, ttlNanos, caller, tags, number, outdated);
  }

  StoreOptions asOutdated() {
    return new StoreOptions(stores, ttlNanos, caller, tags, began, true);
  }

  /** Returns the tags of both; the one that has all of them itself, if it does. */
  static Set<String> union(Set<String> some, Set<String> others) {
    if (some.containsAll(others)) {
      return some;
    }
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return Set.copyOf(all);
  }
}
