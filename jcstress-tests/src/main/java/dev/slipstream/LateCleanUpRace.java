package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
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
 * that very slot. The clean-up names the slot it means, so that it never takes the successor's.
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
public class LateCleanUpRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, new Job());
  private FetchHandle<Integer> newcomer;

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
}
