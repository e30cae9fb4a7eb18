package dev.slipstream.ledger;

/**
 * How a fetch stands. {@code REGISTERED -> RUNNING -> one of the others}, which are final; a fetch
 * that is completed while nobody holds it skips {@code RUNNING}.
 */
public enum FetchState {
  /** It is known, and nobody has run it yet. */
  REGISTERED,
  /** Somebody has a lease of it, which may have run out. */
  RUNNING,
  /** It found a value. */
  SUCCEEDED,
  /** It found that there is no value. */
  ABSENT,
  /** It found a value that cannot be shared. */
  UNSHARED,
  /** It failed. */
  FAILED,
  /** Its holder stopped it before it ended. */
  ABANDONED;

  /**
   * Returns whether a fetch in this state has ended.
   *
   * @return true unless it is registered or running
   */
  public boolean isTerminal() {
    return this != REGISTERED && this != RUNNING;
  }

  /** Returns the state of a fetch that ended so. */
  static FetchState of(FetchEnd<?> end) {
    if (end instanceof FetchEnd.Success<?>) {
      return SUCCEEDED;
    }
    if (end instanceof FetchEnd.Absent<?>) {
      return ABSENT;
    }
    if (end instanceof FetchEnd.Unshared<?>) {
      return UNSHARED;
    }
    return end instanceof FetchEnd.Failure<?> ? FAILED : ABANDONED;
  }
}
