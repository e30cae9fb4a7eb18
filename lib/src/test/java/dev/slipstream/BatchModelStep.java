package dev.slipstream;

import dev.slipstream.BatchModelAnswer.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One call, or one event, of a run of the {@link BatchModel}. A step means something in each state,
 * so that a run from which others are left out is a run as well.
 *
 * @param number its number in the run as it was drawn
 * @param keys the keys of a call for several, some of them twice; other calls have the first
 * @param pick chooses among what there is at that time: a caller, a load
 * @param units how much time passes
 * @param answer what the load that ends, or those that begin in this step, bring
 * @param atOnce whether these bring it before the loader returns
 */
record BatchModelStep(
    int number,
    What what,
    List<String> keys,
    int pick,
    int units,
    BatchModelAnswer answer,
    boolean atOnce) {
  static final List<String> KEYS = List.of("a", "b", "c", "d");

  /** What happens in a step, and how often beside the others. */
  enum What {
    GET(12),
    GET_ALL(6),
    REFRESH(3),
    PREFETCH(2),
    LEAVE(6),
    ANSWER(8),
    RUN(6),
    TIME(6),
    AGE(3),
    PUT(2),
    INVALIDATE(4),
    INVALIDATE_ALL(1),
    ABORT(1);

    private final int weight;

    What(int weight) {
      this.weight = weight;
    }
  }

  /** Draws the steps of a run. */
  static List<BatchModelStep> draw(Random random, int count) {
    List<What> frequencies = ModelSeeds.frequencies(random, What.values(), what -> what.weight);
    int keys = 1 + random.nextInt(KEYS.size());
    List<BatchModelStep> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> chosen = new ArrayList<>();
      for (int more = 1 + random.nextInt(4); more > 0; more--) {
        chosen.add(KEYS.get(random.nextInt(keys)));
      }
      steps.add(
          new BatchModelStep(
              i,
              frequencies.get(random.nextInt(frequencies.size())),
              chosen,
              random.nextInt(100),
              1 + random.nextInt(random.nextInt(4) == 0 ? 6 : 1),
              BatchModelAnswer.draw(random, i),
              random.nextInt(5) == 0));
    }
    return steps;
  }

  /** Returns a step at the end of a run, whose loads bring values at once. */
  static BatchModelStep last(What what, String key, int units) {
    BatchModelAnswer values = new BatchModelAnswer(Kind.VALUES, 0, new IOException(), true);
    return new BatchModelStep(-1, what, List.of(key), 0, units, values, true);
  }

  String key() {
    return keys.get(0);
  }

  @Override
  public String toString() {
    String brings = atOnce ? "; loads bring at once " + answer : "";
    return "%d: %s %s"
        .formatted(
            number,
            what,
            switch (what) {
              case GET, REFRESH, PREFETCH -> key() + brings;
              case GET_ALL -> keys + brings;
              case ANSWER -> pick + ": " + answer;
              case LEAVE -> pick;
              case RUN -> brings;
              case TIME -> units + brings;
              case AGE -> units;
              case INVALIDATE_ALL -> "";
              default -> key();
            });
  }
}
