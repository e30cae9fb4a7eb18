package dev.slipstream.redis;

import dev.slipstream.ledger.FetchEndedException;
import dev.slipstream.ledger.FetchHeldException;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.UnknownFetchException;
import dev.slipstream.watch.EventsLostException;

/** What a caller gets when a script refuses what was asked. Keys are escaped and cut. */
final class Refusals {
  private static final int LONGEST_KEY = 200;

  private Refusals() {}

  /** Throws if the script found no such fetch, one that has ended, or one that is held. */
  static void check(Reply reply, FetchId<?> id) {
    switch (reply.text(0)) {
      case "?" ->
          throw new UnknownFetchException(
              text(id)
                  + " is not known: it was invalidated, given up or pruned, or there is a newer"
                  + " one; find(key) returns that",
              null);
      case "E" ->
          throw new FetchEndedException(
              text(id) + " has ended: find(key) returns how, and a join starts another", null);
      case "H" ->
          throw new FetchHeldException(
              text(id) + " is held by a lease: complete it by that, or wait until it runs out",
              null);
      default -> {}
    }
  }

  static EventsLostException lost(FetchId<?> id, long from, long to) {
    return new EventsLostException(
        "events %d to %d of %s are no longer held: go on from recentEvents(…)"
            .formatted(from, to, text(id)),
        from,
        to);
  }

  private static String text(FetchId<?> id) {
    String fetch = id.number() == 0 ? "the newest fetch" : "fetch " + id.number();
    return fetch + " of key " + keyText(id.key());
  }

  private static String keyText(Object key) {
    String text;
    try {
      text = String.valueOf(key);
    } catch (RuntimeException | Error e) {
      return key.getClass().getName() + " (its toString failed)";
    }
    String cut = text.length() > LONGEST_KEY ? text.substring(0, LONGEST_KEY) + "…" : text;
    return cut.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }
}
