package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G9: a newcomer replaces the slot of a flight that is being abandoned, while the last leaver frees
 * that very slot. The clean-up is conditional on the slot's identity, so it never removes the
 * successor's.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LateCleanUpRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "JOINED, joinable",
    expect = ACCEPTABLE,
    desc = "the newcomer joined before the leaver left, and the flight keeps its slot")
@Outcome(
    id = "STARTED, joinable",
    expect = ACCEPTABLE,
    desc = "the newcomer started a successor, and the clean-up left its slot alone")
@Outcome(
    id = "STARTED, lost",
    expect = FORBIDDEN,
    desc = "the clean-up of the abandoned flight removed the slot of its successor")
@Outcome(id = "JOINED, lost", expect = FORBIDDEN, desc = "the running flight has lost its slot")
@State
public class LateCleanUpRace {
  final CoalescingCache<String, Integer> cache = cache();
  final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, new Job());
  FetchHandle<Integer> newcomer;

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void come() {
    newcomer = cache.getOrFetch(KEY, new Job());
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = newcomer.origin();
    r.r2 = cache.joinIfInFlight(KEY) == null ? "lost" : "joinable";
  }

  /** Cleans up by key: it removes whatever slot the key has by then. */
  @JCStressTest
  @State
  public static class Broken extends LateCleanUpRace {
    private final CacheCore<String, Integer> core = inside(cache).core;
    private final Flight<String, Integer> flight = flightOf(cache);

    @Override
    @Actor
    public void leave() {
      super.leave();
      if (flight.isAbandoned()) {
        Slot<String, Integer> slot = core.registry.find(KEY); // not: flight.slot
        if (slot != null) {
          core.registry.remove(slot);
        }
      }
    }

    @Override
    @Actor
    public void come() {
      super.come();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
