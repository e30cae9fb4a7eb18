package dev.slipstream.ledger.model;

import java.util.List;

/**
 * The ledger's protocol as a model that is checked in full, for one key, two or three nodes with
 * two flights each, one server and a replica that lags. Not modelled: expiry of values, failures,
 * refresh and put, several keys, trimming, steps of a clock.
 *
 * <p>This program checks every scenario, which takes some minutes and 6 GB, and then every broken
 * variant; with names of scenarios as arguments only those. {@code LedgerModelTest} checks the
 * small ones.
 */
final class LedgerModel {
  private LedgerModel() {}

  public static void main(String[] args) {
    for (Scenario scenario : Scenario.values()) {
      if (args.length == 0 || List.of(args).contains(scenario.name())) {
        print(scenario.name(), new Search(scenario));
      }
    }
    for (Variant variant : args.length == 0 ? Variant.values() : new Variant[0]) {
      print(variant + " in " + variant.caughtIn, new Search(variant.caughtIn, variant));
    }
  }

  private static void print(String name, Search search) {
    long start = System.nanoTime();
    Search.Result result = search.run();
    System.out.printf(
        "%s: %s%n  %,d states, %,d steps, %.1f s%n",
        name,
        result.violation() == null ? "holds" : result.violation(),
        result.states(),
        result.steps(),
        (System.nanoTime() - start) / 1e9);
  }
}
