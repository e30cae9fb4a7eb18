package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Two callers hit an entry that is due, and the refresh ends as soon as it has begun. There is one
 * refresh, though the second caller may find no flight and hold the entry that was replaced.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'DueHitsRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "both got the old value; one refresh")
@Outcome(
    id = {"2, 1, 1", "1, 2, 1"},
    expect = ACCEPTABLE,
    desc = "the second came after the refresh")
@Outcome(expect = FORBIDDEN, desc = "two refreshes, or none")
@State
public class DueHitsRace {
  private static final long DUE_NANOS = 100;

  private long now;
  final Job job = new Job();
  final CoalescingCache<String, Integer> cache =
      settings().ticker(() -> now).refreshAfterWrite(Duration.ofNanos(DUE_NANOS)).build();

  public DueHitsRace() {
    cache.put(KEY, 1);
    now = DUE_NANOS;
    job.answer.complete(2);
  }

  Integer hit() {
    return cache.getOrFetch(KEY, job).getNow(null);
  }

  @Actor
  public void one(LLL_Result r) {
    r.r1 = hit();
  }

  @Actor
  public void another(LLL_Result r) {
    r.r2 = hit();
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r3 = job.runs();
  }

  /** Starts a refresh of what it has read, though that may have been replaced meanwhile. */
  @JCStressTest
  @State
  public static class Broken extends DueHitsRace {
    @Override
    Integer hit() {
      CachedValue<Integer> entry = inside(cache).flights.hit(KEY);
      boolean due = entry instanceof AgingValue<Integer> aging && aging.isDueAt(DUE_NANOS);
      pause();
      if (due && inside(cache).lost.flightOf(KEY) == null) {
        var unused = cache.refresh(KEY, job); // not: unless another entry is there by now
      }
      return entry.value();
    }

    @Override
    @Actor
    public void one(LLL_Result r) {
      super.one(r);
    }

    @Override
    @Actor
    public void another(LLL_Result r) {
      super.another(r);
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
