package dev.slipstream.ledger.model;

import static dev.slipstream.ledger.model.Layout.*;

import java.util.Set;

/** Which mistakes are in the protocol, and what follows for grants; what has gone wrong so far. */
record Rules(Set<Variant> variants, byte[] initial) {
  boolean broken(Variant variant) {
    return variants.contains(variant);
  }

  int grant(int node, int flight) {
    return broken(Variant.GRANT_PER_NODE) ? 1 << node : 1 << (node * FLIGHTS + flight);
  }

  int grants(int node) {
    return broken(Variant.GRANT_PER_NODE) ? 1 << node : 3 << (node * FLIGHTS);
  }

  boolean hadFault(byte[] s) {
    return s[CRASHES] < initial[CRASHES]
        || s[PAUSES] < initial[PAUSES]
        || s[FAILOVERS] < initial[FAILOVERS]
        || s[CUTS] < initial[CUTS];
  }
}
