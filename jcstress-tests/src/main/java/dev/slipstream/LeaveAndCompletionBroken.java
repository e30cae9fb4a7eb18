package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.engineOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * {@link LeaveAndCompletionRace}, with a completion that looks whether the flight has ended,
 * instead of claiming its end.
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
public class LeaveAndCompletionBroken {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final AwaiterHandle<Integer> handle = engine.seat(KEY, null, null);
  private final Flight<String, Integer> flight = engine.flightOf(handle);

  @Actor
  public void leave() {
    handle.cancel(true);
  }

  @Actor
  public void complete() {
    if (!flight.hasEnded()) { // not: flight.settle(…)
      CachedValue<Integer> entry = engine.newEntry(1);
      engine.l1.store(KEY, null, entry);
      flight.finish();
      flight.adopt(entry);
    }
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = endOf(handle);
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = flight.isAbandoned() ? "abandoned" : "wanted";
  }
}
