package dev.slipstream;

import dev.slipstream.testing.LogCapture;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cache with settings and steps drawn from a seed does what its {@link CacheModel} does. {@code
 * -Dslipstream.seeds=100000} runs more of them; {@code -Dslipstream.seed=4711} replays one. What
 * fails is shown with as few steps as it takes.
 */
class CacheModelTest {
  private static final int SEEDS = Integer.getInteger("slipstream.seeds", 1_000);
  private static final Long ONE = Long.getLong("slipstream.seed");
  private static final int STEPS = 80;

  @RegisterExtension final LogCapture log = new LogCapture(); // failures that nobody waits for

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // for many seeds
  void theCacheDoesWhatTheModelDoes() {
    for (long seed = ONE == null ? 0 : ONE; seed <= (ONE == null ? SEEDS - 1 : ONE); seed++) {
      check(seed);
    }
  }

  static void check(long seed) {
    Random random = new Random(seed);
    ModelSettings settings = ModelSettings.draw(random);
    List<ModelStep> steps = ModelStep.draw(random, STEPS);
    if (failure(settings, steps) != null) {
      List<ModelStep> fewest = shorten(settings, steps);
      throw new AssertionError(
          "seed %d: replay it with -Dslipstream.seed=%d%n%s%n  %s"
              .formatted(
                  seed,
                  seed,
                  settings,
                  String.join("\n  ", fewest.stream().map(ModelStep::toString).toList())),
          failure(settings, fewest));
    }
  }

  /** Leaves out each step without which the run fails as well. */
  private static List<ModelStep> shorten(ModelSettings settings, List<ModelStep> steps) {
    List<ModelStep> fewest = new ArrayList<>(steps);
    for (int i = fewest.size() - 1; i >= 0; i--) {
      ModelStep step = fewest.remove(i);
      if (failure(settings, fewest) == null) {
        fewest.add(i, step);
      }
    }
    return fewest;
  }

  private static @Nullable Throwable failure(ModelSettings settings, List<ModelStep> steps) {
    try (ModelRun run = new ModelRun(settings)) {
      steps.forEach(run::take);
      run.finish(ModelStep.LAST);
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }
}
