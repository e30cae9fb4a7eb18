package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.engineOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * {@link LateCleanUpRace}, with a clean-up by key, which takes the slot of whoever has it by now.
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
    desc = "the clean-up of the abandoned flight took the slot of its successor")
@Outcome(id = "JOINED, lost", expect = FORBIDDEN, desc = "the flight lives, but has lost its slot")
@State
public class LateCleanUpBroken {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, new Job());
  private final Flight<String, Integer> flight = engine.flightOf(KEY);
  private FetchHandle<Integer> newcomer;

  @Actor
  public void leave() {
    leaver.cancel(true);
    if (flight.isAbandoned()) {
      Slot<String, Integer> slot = engine.registry.find(KEY); // not: flight.slot
      if (slot != null) {
        engine.registry.remove(slot);
      }
    }
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
}
