package dev.slipstream.jmh.report;

import java.util.List;

/**
 * A path, what it takes on both sides, and the figure that is judged.
 *
 * @param judged the ratio in each round, or the figure itself
 * @param cpu the ratio of the processor times, which other work on the machine disturbs less; empty
 *     if there is none
 */
record Row(
    String path,
    String unit,
    Samples ours,
    Samples peer,
    Samples judged,
    Samples cpu,
    Bound bound) {

  static final List<String> HEADINGS =
      List.of(
          "path",
          "Slipstream",
          "peer",
          "ratio (least–most)",
          "in CPU time",
          "must",
          "aim",
          "verdict");

  boolean measured() {
    return !judged.isEmpty();
  }

  boolean missed() {
    return bound.misses(judged.median());
  }

  List<String> cells() {
    return List.of(
        path,
        Numbers.show(ours.median(), unit),
        Numbers.show(peer.median(), unit),
        Numbers.showRange(judged),
        Numbers.show(cpu.median(), ""),
        bound.show(bound.must()),
        bound.show(bound.aim()),
        bound.verdict(judged.median()));
  }
}
