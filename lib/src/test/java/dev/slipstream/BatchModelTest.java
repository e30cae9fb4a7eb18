package dev.slipstream;

import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cache that gathers its keys, with settings and steps drawn from a seed, does what its {@link
 * BatchModel} does. {@code -Dslipstream.seeds=100000} runs more of them; {@code
 * -Dslipstream.seed=4711} replays one. What fails is shown with as few steps as it takes.
 */
class BatchModelTest {
  private static final int SEEDS = Integer.getInteger("slipstream.seeds", 1_000);
  private static final Long ONE = Long.getLong("slipstream.seed");
  private static final int STEPS = 50;
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration LONGEST_IN_REPLAY = Duration.ofMillis(100);

  @RegisterExtension final LogCapture log = new LogCapture(); // failures that nobody waits for

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // for many seeds
  void theCacheDoesWhatTheModelDoes() {
    for (long seed = ONE == null ? 0 : ONE; seed <= (ONE == null ? SEEDS - 1 : ONE); seed++) {
      check(seed);
    }
  }

  private static void check(long seed) {
    Random random = new Random(seed);
    BatchModelSettings settings = BatchModelSettings.draw(random);
    List<BatchModelStep> steps = BatchModelStep.draw(random, STEPS);
    Throwable failure = failure(settings, steps, LONGEST);
    if (failure != null) {
      List<BatchModelStep> fewest = shorten(settings, steps);
      Throwable again = failure(settings, fewest, LONGEST_IN_REPLAY);
      throw new AssertionError(
          "seed %d: replay it with -Dslipstream.seed=%d%n%s%n  %s"
              .formatted(
                  seed,
                  seed,
                  settings,
                  String.join("\n  ", fewest.stream().map(BatchModelStep::toString).toList())),
          again == null ? failure : again);
    }
  }

  /** Leaves out each step without which the run fails as well. */
  private static List<BatchModelStep> shorten(
      BatchModelSettings settings, List<BatchModelStep> steps) {
    List<BatchModelStep> fewest = new ArrayList<>(steps);
    for (int i = fewest.size() - 1; i >= 0; i--) {
      BatchModelStep step = fewest.remove(i);
      if (failure(settings, fewest, LONGEST_IN_REPLAY) == null) {
        fewest.add(i, step);
      }
    }
    return fewest;
  }

  private static @Nullable Throwable failure(
      BatchModelSettings settings, List<BatchModelStep> steps, Duration longest) {
    try (BatchModelRun run = new BatchModelRun(settings, longest)) {
      steps.forEach(run::take);
      run.finish();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }
}
