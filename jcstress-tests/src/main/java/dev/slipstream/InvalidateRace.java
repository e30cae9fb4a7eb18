package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G10: a key is invalidated while a fetch of it completes. No call that starts after invalidate has
 * returned sees the older value, which the fetch's own caller still receives.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'InvalidateRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "2, 2, 1",
    expect = ACCEPTABLE,
    desc = "a caller after the invalidation starts a fetch of its own, whose value is cached")
@Outcome(
    id = "1, 1, 1",
    expect = FORBIDDEN,
    desc = "the older value is served after the invalidation")
@Outcome(id = "2, 1, 1", expect = FORBIDDEN, desc = "the older value has come back")
@Outcome(
    id = "1, null, 1",
    expect = FORBIDDEN,
    desc = "the flight of the older value was joined after the invalidation")
@State
public class InvalidateRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);
  final Job again = new Job();

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Actor
  public void invalidate(LLL_Result r) {
    cache.invalidate(KEY);
    again.answer.complete(2);
    r.r1 = endOf(cache.getOrFetch(KEY, again));
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = endOf(handle);
  }

  /** Fences only after the removal: a flight that stores between the two is past fencing. */
  @JCStressTest
  @State
  public static class Broken extends InvalidateRace {
    private final CacheCore<String, Integer> core = inside(cache).core;
    private final Flight<String, Integer> flight = flightOf(cache);

    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Actor
    public void invalidate(LLL_Result r) {
      core.l1().map().remove(KEY); // not: after a first fence
      flight.fence();
      again.answer.complete(2);
      r.r1 = endOf(cache.getOrFetch(KEY, again));
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
