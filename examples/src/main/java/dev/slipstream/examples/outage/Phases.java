package dev.slipstream.examples.outage;

/**
 * The phases of a run.
 *
 * @param before how many seconds the database serves before it fails
 * @param outage how many seconds it fails
 * @param after how many seconds it serves again
 */
record Phases(int before, int outage, int after) {

  /** A phase of a run. */
  enum Phase {
    BEFORE,
    DURING,
    AFTER
  }

  /** Returns the end of the outage, in seconds after the start of the run. */
  int outageEnd() {
    return before + outage;
  }

  /** Returns the length of a run in seconds. */
  int seconds() {
    return before + outage + after;
  }

  /** Returns the length of a phase in seconds. */
  int seconds(Phase phase) {
    return switch (phase) {
      case BEFORE -> before;
      case DURING -> outage;
      case AFTER -> after;
    };
  }

  /** Returns the phase of a second of the run. */
  Phase at(int second) {
    if (second < before) {
      return Phase.BEFORE;
    }
    return second < outageEnd() ? Phase.DURING : Phase.AFTER;
  }
}
