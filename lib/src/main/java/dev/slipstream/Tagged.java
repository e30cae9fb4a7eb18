package dev.slipstream;

import java.util.Set;

/** What is kept of a key under tags, so that it can be found by them. Compared by identity. */
interface Tagged {
  /** Returns the tags of the load, or the put, that it comes from; not empty. */
  Set<String> tags();
}
