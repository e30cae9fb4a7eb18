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
 * G10: a value is put while a fetch of the key completes. The fetch never overwrites it; the
 * fetch's own caller still receives the loaded value.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'PutRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "2, 2, 1",
    expect = ACCEPTABLE,
    desc = "the caller of the fetch has the loaded value, and the cache has the one that was put")
@Outcome(
    id = "1, 1, 1",
    expect = FORBIDDEN,
    desc = "the loaded value has replaced the one that was put")
@Outcome(
    id = "2, 1, 1",
    expect = FORBIDDEN,
    desc = "the loaded value has overwritten the one that was put")
@Outcome(id = "1, 2, 1", expect = FORBIDDEN, desc = "the caller that put a value sees an older one")
@State
public class PutRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);

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

  /** Checks whether the flight is fenced and then stores unconditionally, in two steps. */
  @JCStressTest
  @State
  public static class Broken extends PutRace {
    private final CacheCore<String, Integer> core = inside(cache).core;
    private final Flight<String, Integer> flight = flightOf(cache);

    @Override
    @Actor
    public void complete() {
      CachedValue<Integer> entry = core.l1().newEntry(1);
      if (!flight.describe(0).fenced()) {
        core.l1().map().put(KEY, entry); // not: under the store monitor, and only if absent
      }
      flight.adopt(entry);
    }

    @Override
    @Actor
    public void put(LLL_Result r) {
      super.put(r);
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
