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
 * G4: the only awaiter leaves while another caller comes. The newcomer joins a fetch that lives, or
 * starts one of its own: never does it get one that is being cancelled.
 */
@JCStressTest
@Outcome(
    id = "JOINED, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the joiner was there before the leaver left: the fetch goes on for it")
@Outcome(
    id = "STARTED, 2, abandoned",
    expect = ACCEPTABLE,
    desc = "the leaver was the last: its fetch is abandoned, the newcomer has its own")
@Outcome(
    id = "JOINED, cancelled, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner boarded a dying flight")
@Outcome(
    id = "JOINED, pending, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner boarded a flight that ended without it")
@Outcome(
    id = "STARTED, 2, wanted",
    expect = FORBIDDEN,
    desc = "a fetch that nobody awaits was not cancelled")
@State
public class JoinAndLeaveRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job old = new Job();
  private final Job young = new Job();
  private final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, old);
  private FetchHandle<Integer> joiner;

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void join() {
    joiner = cache.getOrFetch(KEY, young);
  }

  @Arbiter
  public void look(LLL_Result r) {
    old.answer.complete(1);
    young.answer.complete(2);
    r.r1 = joiner.origin();
    r.r2 = endOf(joiner);
    r.r3 = old.fate();
  }
}
