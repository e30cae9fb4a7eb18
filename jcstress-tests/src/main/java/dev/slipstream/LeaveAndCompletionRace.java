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
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G4: the last awaiter leaves while the loader completes. The fetch is abandoned or its value is
 * stored: one of the two, and never both.
 */
@JCStressTest
@Outcome(
    id = "1, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the flight latched and the handle has the value: the cancel came too late")
@Outcome(
    id = "cancelled, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the caller left a flight that was settling: the value is stored all the same")
@Outcome(
    id = "cancelled, null, abandoned",
    expect = ACCEPTABLE,
    desc = "the last awaiter left first: what the loader brings is dropped")
@Outcome(id = "cancelled, 1, abandoned", expect = FORBIDDEN, desc = "stored and cancelled")
@Outcome(id = "cancelled, null, wanted", expect = FORBIDDEN, desc = "neither stored nor cancelled")
@State
public class LeaveAndCompletionRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job job = new Job();
  private final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);

  @Actor
  public void leave() {
    handle.cancel(true);
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = endOf(handle);
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = job.fate();
  }
}
