package dev.slipstream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs of a model and of what it models, with settings and steps drawn from seeds. {@code
 * -Dslipstream.seeds=100000} makes more of them; {@code -Dslipstream.seed=4711} replays one. What
 * fails is shown with as few steps as it takes.
 *
 * @param <S> the settings of a run
 * @param <T> its steps
 */
abstract class ModelSeeds<S, T> {
  private static final int SEEDS = Integer.getInteger("slipstream.seeds", 1_000);
  private static final Long ONE = Long.getLong("slipstream.seed");

  /**
   * Draws what is rare and what is frequent in a run, and what is missing from it; of nothing, the
   * first remains.
   */
  static <W> List<W> frequencies(Random random, W[] all, ToIntFunction<W> weight) {
    List<W> drawn = new ArrayList<>();
    for (W what : all) {
      drawn.addAll(Collections.nCopies(weight.applyAsInt(what) * random.nextInt(4), what));
    }
    return drawn.isEmpty() ? List.of(all[0]) : drawn;
  }

  /** Draws the settings of a run. */
  abstract S settings(Random random);

  /** Draws its steps. */
  abstract List<T> steps(Random random);

  /**
   * Takes the steps; returns what failed.
   *
   * @param replay whether the same run, or a longer one, has failed before
   */
  abstract @Nullable Throwable failure(S settings, List<T> steps, boolean replay);

  /** Makes the runs, and fails with the first that does. */
  final void check() {
    for (long seed = ONE == null ? 0 : ONE; seed <= (ONE == null ? SEEDS - 1 : ONE); seed++) {
      check(seed);
    }
  }

  private void check(long seed) {
    Random random = new Random(seed);
    S settings = settings(random);
    List<T> steps = steps(random);
    Throwable failure = failure(settings, steps, false);
    if (failure != null) {
      List<T> fewest = shorten(settings, steps);
      Throwable again = failure(settings, fewest, true);
      throw new AssertionError(
          "seed %d: replay it with -Dslipstream.seed=%d%n%s%n  %s"
              .formatted(
                  seed,
                  seed,
                  settings,
                  String.join("\n  ", fewest.stream().map(Object::toString).toList())),
          again == null ? failure : again);
    }
  }

  /** Leaves out each step without which the run fails as well. */
  private List<T> shorten(S settings, List<T> steps) {
    List<T> fewest = new ArrayList<>(steps);
    for (int i = fewest.size() - 1; i >= 0; i--) {
      T step = fewest.remove(i);
      if (failure(settings, fewest, true) == null) {
        fewest.add(i, step);
      }
    }
    return fewest;
  }
}
