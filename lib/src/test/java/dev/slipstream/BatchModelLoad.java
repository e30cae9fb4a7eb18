package dev.slipstream;

import java.util.List;

/** What was gathered, in the {@link BatchModel}, and is loaded with one call of the loader. */
final class BatchModelLoad {
  final List<BatchModelFlight> flights;
  boolean isQueued;

  /** Whether it is one of those that there may be at once. */
  boolean counts;

  /** What the loader was asked for; empty if it was not called. */
  List<String> asked = List.of();

  boolean isAnswered;
  boolean isCancelled;

  BatchModelLoad(List<BatchModelFlight> flights) {
    this.flights = List.copyOf(flights);
  }

  /** Returns the keys that somebody waits for, in the order in which they came. */
  List<String> keys() {
    return flights.stream()
        .filter(flight -> !flight.ended)
        .map(flight -> flight.key)
        .distinct()
        .toList();
  }

  boolean isUnused() {
    return flights.stream().allMatch(flight -> flight.ended);
  }
}
