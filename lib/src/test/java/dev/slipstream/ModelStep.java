package dev.slipstream;

import dev.slipstream.ModelAnswer.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One call, or one event, of a run of the {@link CacheModel}. A step means something in each state,
 * so that a run from which others are left out is a run as well.
 *
 * @param number its number in the run as it was drawn; also that of its loader
 * @param pick chooses among what there is at that time: a handle, a load
 * @param units how much time passes
 * @param tags what a put, or the start of a load, tags with; an invalidation has the first
 * @param answer what its loader, or the load that ends, brings
 * @param atOnce whether its loader brings it before it returns
 */
record ModelStep(
    int number,
    What what,
    String key,
    int pick,
    int units,
    Set<String> tags,
    ModelAnswer answer,
    boolean atOnce) {
  static final List<String> KEYS = List.of("a", "b", "c");
  static final List<String> TAGS = List.of("x", "y");

  /** What the loads bring that run when a run has come to its end. */
  static final ModelAnswer LAST =
      new ModelAnswer(Kind.VALUE, "last", new IOException(), Set.of(), 0, true);

  /** What happens in a step, and how often beside the others. */
  enum What {
    GET(12),
    REFRESH(3),
    PREFETCH(2),
    JOIN(2),
    LEAVE(3),
    ANSWER(14),
    WAIT(8),
    TIME_OUT(3),
    PUT(2),
    PUT_IF_ABSENT(1),
    REPLACE(1),
    READ(1),
    INVALIDATE(2),
    INVALIDATE_ALL(1),
    INVALIDATE_TAG(4),
    RESTORE(1),
    ABORT(1),
    CLEAN_UP(1);

    private final int weight;

    What(int weight) {
      this.weight = weight;
    }
  }

  /** Draws the steps of a run. */
  static List<ModelStep> draw(Random random, int count) {
    List<What> frequencies = ModelSeeds.frequencies(random, What.values(), what -> what.weight);
    int keys = 1 + random.nextInt(KEYS.size());
    int failures = 1 + random.nextInt(3);
    List<ModelStep> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      steps.add(
          new ModelStep(
              i,
              frequencies.get(random.nextInt(frequencies.size())),
              KEYS.get(random.nextInt(keys)),
              random.nextInt(100),
              1 + random.nextInt(random.nextInt(4) == 0 ? 6 : 1),
              tags(random),
              answer(random, i, failures),
              random.nextInt(5) == 0));
    }
    return steps;
  }

  private static ModelAnswer answer(Random random, int number, int failures) {
    List<Kind> kinds = List.of(Kind.VALUE, Kind.VALUE, Kind.SAME, Kind.ABSENT, Kind.FAILURE);
    return new ModelAnswer(
        random.nextInt(5) < failures ? Kind.FAILURE : kinds.get(random.nextInt(kinds.size())),
        new String("v" + number),
        new IOException("f" + number),
        tags(random),
        random.nextInt(4) == 0 ? 1 + random.nextInt(9) : 0,
        random.nextInt(8) != 0);
  }

  private static Set<String> tags(Random random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> Set.of("x");
      case 2 -> Set.of("y");
      case 3 -> Set.of("x", "y");
      default -> Set.of();
    };
  }

  /** Returns the tag of an invalidation. */
  String tag() {
    return TAGS.get(pick % TAGS.size());
  }

  @Override
  public String toString() {
    String load = "tags %s, %s".formatted(tags, atOnce ? "at once" : "later");
    String brings =
        "%s, tags %s, %s%s"
            .formatted(
                answer.kind(),
                answer.tags(),
                answer.units() == 0 ? "" : "for " + answer.units(),
                answer.stores() ? "" : "not stored");
    return "%d: %s %s"
        .formatted(
            number,
            what,
            switch (what) {
              case GET, REFRESH, PREFETCH ->
                  "%s: %s; %s".formatted(key, load, atOnce ? brings : "");
              case ANSWER -> pick + ": " + brings;
              case LEAVE -> pick;
              case WAIT, TIME_OUT -> units;
              case PUT -> key + " " + tags;
              case INVALIDATE_TAG -> tag();
              case INVALIDATE_ALL, RESTORE, CLEAN_UP -> "";
              default -> key;
            });
  }
}
