package dev.slipstream.examples.outage;

/** How the database fails. */
enum Failure {
  /** Its connections break, and new ones as well: a query fails at once. */
  REFUSE("all its connections break, and new ones as well"),
  /** It accepts connections and queries, and answers none until it is healed. */
  HANG("it accepts queries and answers none");

  private final String effect;

  Failure(String effect) {
    this.effect = effect;
  }

  /** Returns what happens during the outage, for a text. */
  String effect() {
    return effect;
  }
}
