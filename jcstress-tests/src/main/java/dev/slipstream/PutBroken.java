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
 * {@link PutRace}, with a flight that looks whether it is fenced and then stores, as two steps, and
 * stores over whatever it finds.
 */
@JCStressTest
@Outcome(
    id = "2, 2, 1",
    expect = ACCEPTABLE,
    desc = "the fetch has its value for its own caller, and the cache has the one that was put")
@Outcome(
    id = "1, 1, 1",
    expect = FORBIDDEN,
    desc = "the loaded value is in the place of the one that was put")
@Outcome(
    id = "2, 1, 1",
    expect = FORBIDDEN,
    desc = "the loaded value has overwritten the one that was put")
@Outcome(id = "1, 2, 1", expect = FORBIDDEN, desc = "the caller that put a value sees an older one")
@State
public class PutBroken {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final AwaiterHandle<Integer> handle = engine.seat(KEY, null, null);
  private final Flight<String, Integer> flight = engine.flightOf(handle);

  @Actor
  public void complete() {
    CachedValue<Integer> entry = engine.newEntry(1);
    if (!flight.describe(0).fenced()) {
      engine.l1.map().put(KEY, entry); // not: under the slot's monitor, and only if it is absent
    }
    flight.adopt(entry);
  }

  @Actor
  public void put(LLL_Result r) {
    cache.put(KEY, 2);
    r.r1 = cache.getIfPresent(KEY);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = endOf(handle);
  }
}
