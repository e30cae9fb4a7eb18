package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G1: a caller comes while a flight publishes its value. If it misses L1 just before the value
 * enters, and wins the slot just after it was freed, then the recheck finds the value: no second
 * load.
 */
@JCStressTest
@Outcome(
    id = "JOINED, 1",
    expect = ACCEPTABLE,
    desc = "the late caller joined the flight, which may have latched already")
@Outcome(id = "HIT, 1", expect = ACCEPTABLE, desc = "it found the value, in L1 or in the recheck")
@Outcome(
    id = "STARTED, pending",
    expect = FORBIDDEN,
    desc = "it loaded a second time what was cached")
@State
public class LateMissRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job job = new Job();
  private final FetchHandle<Integer> early = cache.getOrFetch(KEY, job);
  private FetchHandle<Integer> late;

  @Actor
  public void publish() {
    job.answer.complete(1);
  }

  @Actor
  public void ask() {
    late = cache.getOrFetch(KEY, new Job());
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = late.origin();
    r.r2 = endOf(late);
  }
}
