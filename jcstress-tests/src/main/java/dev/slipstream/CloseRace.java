package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.joinOrStartAtOnce;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G18: a fetch starts while the cache is closed. Either it is refused, or close ends it: its caller
 * is notified and its loader is cancelled.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'CloseRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "CacheClosedException, unstarted, 0",
    expect = ACCEPTABLE,
    desc = "close came first: the loader never ran")
@Outcome(
    id = "CacheClosedException, abandoned, 0",
    expect = ACCEPTABLE,
    desc = "the loader was started, and close ended it")
@Outcome(
    id = "pending, wanted, 1",
    expect = FORBIDDEN,
    desc = "the fetch runs on in a closed cache")
@Outcome(
    id = "CacheClosedException, wanted, 0",
    expect = FORBIDDEN,
    desc = "the loader runs on without a caller")
@State
public class CloseRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  FetchHandle<Integer> handle;

  @Actor
  public void start() {
    handle = cache.getOrFetch(KEY, job);
  }

  @Actor
  public void close() {
    cache.close();
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = endOf(handle);
    r.r2 = job.fate();
    r.r3 = cache.inFlight().size();
  }

  /**
   * Checks whether the cache is closed before it claims the slot, and not again after it: close may
   * have looked for flights between the two.
   */
  @JCStressTest
  @State
  public static class Broken extends CloseRace {
    private final CacheCore<String, Integer> core = inside(cache).core;

    @Override
    @Actor
    public void start() {
      FetchException refusal = inside(cache).flights.refusal(KEY);
      handle =
          refusal == null
              ? joinOrStartAtOnce(cache, job) // not: with a recheck
              : FailedHandle.refused(core.config, refusal);
    }

    @Override
    @Actor
    public void close() {
      super.close();
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
