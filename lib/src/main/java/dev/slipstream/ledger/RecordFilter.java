package dev.slipstream.ledger;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records to list. Immutable: {@code RecordFilter.all().states(RUNNING).limit(100)}.
 *
 * @param states only records in one of these states; empty for all
 * @param externalRef only records with this name in another system; null for all
 * @param limit at most as many, the oldest first; at least 1
 */
public record RecordFilter(Set<FetchState> states, @Nullable ExternalRef externalRef, int limit) {
  /**
   * Checks and copies.
   *
   * @param states the states, or none for all
   * @param externalRef a name in another system, or null for all
   * @param limit at least 1
   */
  public RecordFilter {
    states = Set.copyOf(Objects.requireNonNull(states, "states"));
    Arguments.atLeastOne(limit, "limit");
  }

  /**
   * Returns the filter that every record passes.
   *
   * @return a filter
   */
  public static RecordFilter all() {
    return new RecordFilter(Set.of(), null, Integer.MAX_VALUE);
  }

  /**
   * Returns a filter for other states.
   *
   * @param states the states; none for all
   * @return a filter that differs in this from the present one
   */
  public RecordFilter states(FetchState... states) {
    return new RecordFilter(
        Set.copyOf(List.of(Objects.requireNonNull(states, "states"))), externalRef, limit);
  }

  /**
   * Returns a filter for a name in another system.
   *
   * @param externalRef the name
   * @return a filter that differs in this from the present one
   */
  public RecordFilter externalRef(ExternalRef externalRef) {
    return new RecordFilter(states, Objects.requireNonNull(externalRef, "externalRef"), limit);
  }

  /**
   * Returns a filter with another limit.
   *
   * @param limit at most as many records; at least 1
   * @return a filter that differs in this from the present one
   */
  public RecordFilter limit(int limit) {
    return new RecordFilter(states, externalRef, limit);
  }

  /**
   * Returns whether a record passes, the limit aside.
   *
   * @param record the record
   * @return true if its state and its name in another system are asked for
   */
  public boolean matches(FetchRecord<?, ?> record) {
    return (states.isEmpty() || states.contains(record.state()))
        && (externalRef == null || externalRef.equals(record.externalRef()));
  }
}
