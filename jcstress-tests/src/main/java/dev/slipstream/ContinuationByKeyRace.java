package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G7: a continuation is registered by key while the flight completes. It runs exactly once, whether
 * it finds the flight, or the flight ended, or the value in L1.
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = ACCEPTABLE, desc = "it was there when the flight ended")
@Outcome(id = "RAN_NOW, 1", expect = ACCEPTABLE, desc = "it came late and was told at once")
@Outcome(id = "ADDED, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(id = "RAN_NOW, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(
    id = "NOT_IN_FLIGHT, 0",
    expect = FORBIDDEN,
    desc = "neither the flight nor its value was found")
@State
public class ContinuationByKeyRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job job = new Job();
  private final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);
  private final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register(LL_Result r) {
    r.r1 = cache.onComplete(KEY, "name", outcome -> runs.incrementAndGet());
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void count(LL_Result r) {
    r.r2 = runs.get();
  }
}
