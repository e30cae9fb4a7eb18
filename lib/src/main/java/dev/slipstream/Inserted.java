package dev.slipstream;

/**
 * What a load came to, before the decision.
 *
 * @param toStore whether it is to enter L1
 * @param brought whether its loader has brought the value, for this cache alone
 */
record Inserted<V>(FlightResult<V> result, boolean toStore, boolean brought) {
  static <V> Inserted<V> failed(FlightResult<V> failure) {
    return new Inserted<>(failure, false, false);
  }
}
