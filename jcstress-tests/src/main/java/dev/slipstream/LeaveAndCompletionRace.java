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
 * G4: the last awaiter leaves while the loader completes. Either the fetch is abandoned or its
 * value is stored, never both.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LeaveAndCompletionRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "1, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the flight completed and the handle has the value: the cancel came too late")
@Outcome(
    id = "cancelled, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the caller left a flight that was completing: the value is stored nevertheless")
@Outcome(
    id = "cancelled, null, abandoned",
    expect = ACCEPTABLE,
    desc = "the last awaiter left first: the loader's result is dropped")
@Outcome(id = "cancelled, 1, abandoned", expect = FORBIDDEN, desc = "stored and cancelled")
@Outcome(id = "cancelled, null, wanted", expect = FORBIDDEN, desc = "neither stored nor cancelled")
@State
public class LeaveAndCompletionRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);

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

  /** Checks whether the flight has ended, where the completion has to claim its end. */
  @JCStressTest
  @State
  public static class Broken extends LeaveAndCompletionRace {
    private final CacheCore<String, Integer> core = inside(cache).core;
    private final Flight<String, Integer> flight = flightOf(cache);

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Actor
    public void complete() {
      if (!flight.hasEnded()) { // not: flight.settle(…)
        CachedValue<Integer> entry = core.l1().newEntry(1);
        core.l1().store(KEY, null, entry);
        flight.finish();
        flight.adopt(entry);
      }
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
