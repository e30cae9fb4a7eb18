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

/**
 * G10: a key is invalidated while a newcomer, which missed L1 before its value was there, wins the
 * slot and adopts the value. Whoever asks after the invalidation does not ride with the adopter.
 */
@JCStressTest
@Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the newcomer came after the invalidation")
@Outcome(
    id = "2, 1",
    expect = ACCEPTABLE,
    desc = "the newcomer came before it and adopted the old value, and was not joined any more")
@Outcome(
    id = "1, 1",
    expect = FORBIDDEN,
    desc = "who asked after the invalidation joined the flight that had adopted the old value")
@State
public class AdoptionRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final Job job = new Job();
  private FetchHandle<Integer> newcomer;
  private FetchHandle<Integer> after;

  public AdoptionRace() {
    cache.put(KEY, 1);
    job.answer.complete(2);
  }

  @Actor
  public void adopt() {
    newcomer = engine.fetch(KEY, job); // not by the cache: it has missed L1 already
  }

  @Actor
  public void invalidate() {
    cache.invalidate(KEY);
    after = cache.getOrFetch(KEY, job);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = endOf(after);
    r.r2 = endOf(newcomer);
  }
}
