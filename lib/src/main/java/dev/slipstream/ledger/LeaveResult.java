package dev.slipstream.ledger;

/** What became of a fetch when one of its flights left. */
public sealed interface LeaveResult {
  /**
   * Others have a grant of the fetch: it runs on.
   *
   * @param wanting how many grants it has
   */
  record RunOn(int wanting) implements LeaveResult {}

  /**
   * This was the last one: the fetch was given up in the same step. If the leaver runs it, it has
   * to cancel it.
   */
  record GivenUp() implements LeaveResult {}

  /** The leaver had no grant, or there is no such fetch; nothing was changed. */
  record NothingThere() implements LeaveResult {}
}
