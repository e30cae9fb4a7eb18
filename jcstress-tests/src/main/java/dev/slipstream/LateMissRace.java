package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.joinOrStartAtOnce;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G1: a caller comes while a flight publishes its value. If it misses L1 just before the value is
 * stored and claims the slot just after it was freed, the recheck finds the value: there is no
 * second load.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LateMissRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "JOINED, 1",
    expect = ACCEPTABLE,
    desc = "the late caller joined the flight, which may have completed already")
@Outcome(id = "HIT, 1", expect = ACCEPTABLE, desc = "it found the value, in L1 or in the recheck")
@Outcome(id = "STARTED, pending", expect = FORBIDDEN, desc = "it loaded a value that was cached")
@State
public class LateMissRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> early = cache.getOrFetch(KEY, job);
  FetchHandle<Integer> late;

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

  /** Omits the recheck: the caller that claims the slot starts its loader. */
  @JCStressTest
  @State
  public static class Broken extends LateMissRace {
    @Override
    @Actor
    public void publish() {
      super.publish();
    }

    @Override
    @Actor
    public void ask() {
      CachedValue<Integer> hit = inside(cache).flights.hit(KEY);
      late = hit != null ? hit : joinOrStartAtOnce(cache, new Job()); // not: with a recheck
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
