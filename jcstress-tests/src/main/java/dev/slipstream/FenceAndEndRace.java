package dev.slipstream;

import static dev.slipstream.AwaitedFlight.RUNNING;
import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.start;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G9: a flight is fenced while it ends. The fence adds its slot to the detached ones and then looks
 * whether the flight has ended, the end removes it: the second of the two removals takes it out.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'FenceAndEndRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "empty, 1", expect = ACCEPTABLE, desc = "no slot is left in the registry")
@Outcome(
    id = "leaked, 1",
    expect = FORBIDDEN,
    desc = "the slot of a flight that has ended stays in the registry")
@State
public class FenceAndEndRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> handle;

  public FenceAndEndRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  FenceAndEndRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    handle = start(flight, job);
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Actor
  public void fence() {
    flight.fence();
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = core.registry.isEmpty() ? "empty" : "leaked";
    r.r2 = endOf(handle);
  }

  /** Leaves the removal to the end alone, which may have come before the slot was added. */
  @JCStressTest
  @State
  public static class Broken extends FenceAndEndRace {
    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Actor
    public void fence() {
      int seen = flight.control();
      if (AwaitedFlight.stateOf(seen) == RUNNING && flight.tryFence(seen)) {
        pause();
        core.registry.addDetached(flight.slot); // not: and again, if it has ended
      }
      core.registry.remove(flight.slot);
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
