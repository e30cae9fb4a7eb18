package dev.slipstream;

import dev.slipstream.testing.LogCapture;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cache with settings and steps drawn from a seed does what its {@link CacheModel} does; see
 * {@link ModelSeeds} for more of them, and for one again.
 */
class CacheModelTest extends ModelSeeds<ModelSettings, ModelStep> {
  private static final int STEPS = 80;

  @RegisterExtension final LogCapture log = new LogCapture(); // failures that nobody waits for

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // for many seeds
  void theCacheDoesWhatTheModelDoes() {
    check();
  }

  @Override
  ModelSettings settings(Random random) {
    return ModelSettings.draw(random);
  }

  @Override
  List<ModelStep> steps(Random random) {
    return ModelStep.draw(random, STEPS);
  }

  @Override
  @Nullable Throwable failure(ModelSettings settings, List<ModelStep> steps, boolean replay) {
    try (ModelRun run = new ModelRun(settings)) {
      steps.forEach(run::take);
      run.finish(ModelStep.LAST);
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }
}
