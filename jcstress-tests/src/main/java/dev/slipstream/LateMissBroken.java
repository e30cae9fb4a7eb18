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
import org.openjdk.jcstress.infra.results.LL_Result;

/** {@link LateMissRace}, without the recheck: who wins the slot starts its loader. */
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
public class LateMissBroken {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final Job job = new Job();
  private final FetchHandle<Integer> early = cache.getOrFetch(KEY, job);
  private FetchHandle<Integer> late;

  @Actor
  public void publish() {
    job.answer.complete(1);
  }

  @Actor
  public void ask() {
    CachedValue<Integer> hit = engine.hit(KEY);
    late = hit != null ? hit : fetch();
  }

  private FetchHandle<Integer> fetch() {
    AwaiterHandle<Integer> seat = engine.seat(KEY, null, null);
    if (seat.origin() == Origin.STARTED) {
      engine.flightOf(seat).start(new Job()); // not: engine.launch(…)
    }
    return seat;
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = late.origin();
    r.r2 = endOf(late);
  }
}
