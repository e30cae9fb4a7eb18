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
 * G10: a value is put while a fetch of the key completes. The fetch never stores over it; its own
 * caller still gets what was loaded.
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
public class PutRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job job = new Job();
  private final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);

  @Actor
  public void complete() {
    job.answer.complete(1);
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
