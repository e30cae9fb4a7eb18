package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G1: two callers request a key that is neither cached nor in flight. One of them starts the fetch,
 * the other joins it.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TwoCallersRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "STARTED, JOINED, 1",
    expect = ACCEPTABLE,
    desc = "the first caller started the fetch, the second joined it")
@Outcome(
    id = "JOINED, STARTED, 1",
    expect = ACCEPTABLE,
    desc = "the second caller started the fetch, the first joined it")
@Outcome(id = "STARTED, STARTED, 2", expect = FORBIDDEN, desc = "both started a fetch")
@State
public class TwoCallersRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job job = new Job();
  private FetchHandle<Integer> first;
  private FetchHandle<Integer> second;

  @Actor
  public void first() {
    first = cache.getOrFetch(KEY, job);
  }

  @Actor
  public void second() {
    second = cache.getOrFetch(KEY, job);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = first.origin();
    r.r2 = second.origin();
    r.r3 = job.runs();
  }

  /**
   * Looks into the registry and adds to it in two steps: the caller that found no flight replaces
   * whatever flight the registry holds by then.
   */
  @JCStressTest
  @JCStressMeta(TwoCallersRace.class)
  @State
  public static class Broken {
    private final CoalescingCache<String, Integer> cache = cache();
    private final CacheCore<String, Integer> core = inside(cache).core;
    private final Job job = new Job();
    private Origin first;
    private Origin second;

    @Actor
    public void first() {
      first = fetch();
    }

    @Actor
    public void second() {
      second = fetch();
    }

    private Origin fetch() {
      if (flightOf(cache) != null) {
        return Origin.JOINED;
      }
      var flight = new Flight<>(core, KEY, null);
      core.registry.claim(core.registry.find(KEY), flight.slot); // not: claim(null, …)
      flight.start(job);
      return Origin.STARTED;
    }

    @Arbiter
    public void look(LLL_Result r) {
      r.r1 = first;
      r.r2 = second;
      r.r3 = job.runs();
    }
  }
}
