package dev.slipstream.ledger;

import dev.slipstream.watch.EventsLostException;

/**
 * A step that refuses what was asked. It is thrown under a record's monitor, where no text of a key
 * may be made, and becomes an exception for the caller outside of it.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was found. */
  enum Kind {
    UNKNOWN,
    ENDED,
    HELD,
    EVENTS_LOST
  }

  private final Kind kind;
  private final long from;
  private final long to;

  Refusal(Kind kind) {
    this(kind, 0, 0);
  }

  /** Refuses because the events of these numbers are no longer held. */
  Refusal(long from, long to) {
    this(Kind.EVENTS_LOST, from, to);
  }

  private Refusal(Kind kind, long from, long to) {
    super(null, null, false, false);
    this.kind = kind;
    this.from = from;
    this.to = to;
  }

  /** Returns what the caller gets. */
  RuntimeException forCaller(FetchId<?> id) {
    String fetch =
        id.number() == 0
            ? "the newest fetch of key " + KeyText.of(id.key())
            : "fetch " + id.number() + " of key " + KeyText.of(id.key());
    return switch (kind) {
      case UNKNOWN ->
          new UnknownFetchException(
              fetch
                  + " is not known: it was invalidated, given up or pruned, or there is a newer"
                  + " one; find(key) returns that",
              null);
      case ENDED ->
          new FetchEndedException(
              fetch + " has ended: find(key) returns how, and a join starts another", null);
      case HELD ->
          new FetchHeldException(
              fetch + " is held by a lease: complete it by that, or wait until it runs out", null);
      case EVENTS_LOST ->
          new EventsLostException(
              "events %d to %d of %s are no longer held: go on from recentEvents(…)"
                  .formatted(from, to, fetch),
              from,
              to);
    };
  }
}
