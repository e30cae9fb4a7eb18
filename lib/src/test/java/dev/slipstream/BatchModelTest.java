package dev.slipstream;

import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cache that gathers its keys, with settings and steps drawn from a seed, does what its {@link
 * BatchModel} does; see {@link ModelSeeds} for more of them, and for one again.
 */
class BatchModelTest extends ModelSeeds<BatchModelSettings, BatchModelStep> {
  private static final int STEPS = 50;
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration LONGEST_IN_REPLAY = Duration.ofMillis(100);

  @RegisterExtension final LogCapture log = new LogCapture(); // failures that nobody waits for

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // for many seeds
  void theCacheDoesWhatTheModelDoes() {
    check();
  }

  @Override
  BatchModelSettings settings(Random random) {
    return BatchModelSettings.draw(random);
  }

  @Override
  List<BatchModelStep> steps(Random random) {
    return BatchModelStep.draw(random, STEPS);
  }

  @Override
  @Nullable Throwable failure(
      BatchModelSettings settings, List<BatchModelStep> steps, boolean replay) {
    Duration longest = replay ? LONGEST_IN_REPLAY : LONGEST;
    try (BatchModelRun run = new BatchModelRun(settings, longest)) {
      steps.forEach(run::take);
      run.finish();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }
}
