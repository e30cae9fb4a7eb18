package dev.slipstream;

/** One run of a loader, as far as the search for cycles of loads needs to know it. */
interface Load {
  /** Returns the key that is loaded; for a bulk the set of its keys. */
  Object key();

  /** Returns the name of the cache that it is loaded for. */
  String cacheName();

  /** Returns whether this loads the key for a cache, which is meant by identity. */
  boolean loads(Object cache, Object key);

  /** Returns the number of the last invalidation of a tag before this began. */
  long beganAfter();

  /** Returns whether its user code runs: if not, it is on no stack, though it may stand there. */
  boolean isRunning();
}
