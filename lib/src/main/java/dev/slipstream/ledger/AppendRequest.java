package dev.slipstream.ledger;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event to be appended to a fetch.
 *
 * @param type what happened, not blank
 * @param payload more about it; null if there is nothing to add
 * @param wakes whether it is one of those that {@link FetchLedger#wakeEventsAfter} returns
 * @param dedupe a name that only one event of the fetch may have: an append that repeats it appends
 *     nothing. Null if the event may be there twice; not blank
 */
public record AppendRequest(
    String type, @Nullable String payload, boolean wakes, @Nullable String dedupe) {
  /**
   * Checks the names.
   *
   * @param type what happened, not blank
   * @param payload more about it, or null
   * @param wakes whether it wakes
   * @param dedupe a name that only one event of the fetch may have, or null; not blank
   */
  public AppendRequest {
    Arguments.notBlank(type, "type");
    if (dedupe != null) {
      Arguments.notBlank(dedupe, "dedupe");
    }
  }

  /**
   * Returns a request that does not wake and may be repeated.
   *
   * @param type what happened, not blank
   * @param payload more about it
   * @return a request
   */
  public static AppendRequest of(String type, String payload) {
    return new AppendRequest(type, Objects.requireNonNull(payload, "payload"), false, null);
  }
}
