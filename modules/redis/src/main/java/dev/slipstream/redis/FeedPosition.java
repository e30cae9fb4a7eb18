package dev.slipstream.redis;

import org.jspecify.annotations.Nullable;

/**
 * Where a reader of a feed stands, and which entries it has delivered: the nonces of the latest
 * 16,384 by their ids. After a failover the feed may have other entries under the same ids; by the
 * nonces a reader knows which it has seen. Used by one reader, one step at a time.
 */
final class FeedPosition {
  private static final int REMEMBERED = 1 << 14;

  private final long[] nonces = new long[REMEMBERED];
  private final long[] ids = new long[REMEMBERED];

  /** Which feed it is; null before the first hello. */
  private @Nullable String incarnation;

  /** The id of the entry read last. */
  private long last;

  long last() {
    return last;
  }

  /** Returns the nonce of the entry read last, or null if it is not known. */
  @Nullable String lastNonce() {
    return last > 0 && ids[slot(last)] == last ? Long.toHexString(nonces[slot(last)]) : null;
  }

  boolean isBehind(String inc, long newest) {
    return !inc.equals(incarnation) || newest < last;
  }

  boolean hasSeen(long id, String nonce) {
    return ids[slot(id)] == id && nonces[slot(id)] == Nonces.number(nonce);
  }

  void read(long id, String nonce) {
    last = id;
    ids[slot(id)] = id;
    nonces[slot(id)] = Nonces.number(nonce);
  }

  /** Goes on behind an entry that is gone. */
  void skipTo(long id) {
    last = id;
  }

  private static int slot(long id) {
    return (int) (id & (REMEMBERED - 1));
  }

  /** How a feed that was cut off goes on. */
  enum Resumption {
    /** For the first time, with what comes now. */
    FRESH,
    /** Where it was. */
    CONTINUED,
    /** Where it was, but entries in between are gone. */
    TRIMMED,
    /** From its beginning: another feed, or one that lost entries. What was seen is left out. */
    RESTARTED,
    /** As above, but entries are gone that may not have been seen. */
    RESTARTED_AND_TRIMMED;

    /** Returns whether each change is delivered since the listeners that are there came. */
    boolean missesNothing() {
      return this == CONTINUED || this == RESTARTED;
    }
  }

  /**
   * Finds where to go on.
   *
   * @param inc which feed it is
   * @param newest the id of its newest entry
   * @param missing whether it lacks an entry that is known here
   * @param first the id of the oldest entry that it still has; 0 if it has none
   * @param firstNonce that entry's nonce
   */
  Resumption resume(String inc, long newest, boolean missing, long first, String firstNonce) {
    String before = incarnation;
    incarnation = inc;
    if (before == null) {
      last = newest;
      return Resumption.FRESH;
    }
    boolean same = before.equals(inc);
    long oldest = first == 0 ? newest + 1 : first; // an empty feed may have had entries
    if (same && !missing && newest >= last) {
      if (oldest <= last + 1) {
        return Resumption.CONTINUED;
      }
      last = oldest - 1;
      return Resumption.TRIMMED;
    }
    boolean whole = oldest <= 1 || (same && hasSeen(oldest, firstNonce));
    last = Math.max(0, oldest - 1);
    return whole ? Resumption.RESTARTED : Resumption.RESTARTED_AND_TRIMMED;
  }
}
