package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G7: a continuation is registered on a handle while its flight completes. It runs exactly once.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'ContinuationByHandleRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = ACCEPTABLE, desc = "it was registered before the flight ended")
@Outcome(id = "RAN_NOW, 1", expect = ACCEPTABLE, desc = "it came late and ran at once")
@Outcome(id = "ADDED, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(id = "RAN_NOW, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@State
public class ContinuationByHandleRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);
  final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register(LL_Result r) {
    r.r1 = handle.onComplete("name", outcome -> runs.incrementAndGet());
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void count(LL_Result r) {
    r.r2 = runs.get();
  }

  /**
   * Looks for the outcome before it publishes the continuation, and not again after it: the flight
   * may have ended between the two.
   */
  @JCStressTest
  @State
  public static class Broken extends ContinuationByHandleRace {
    private final CacheCore<String, Integer> core = inside(cache).core;
    private final Flight<String, Integer> flight = flightOf(cache);

    @Override
    @Actor
    public void register(LL_Result r) {
      if (flight.hasEnded()) { // not: after the registration
        super.register(r);
      } else {
        FlightContinuations<Integer> all = flight.slot.continuations(core.config);
        r.r1 = all.of(handle).addOrRunNow("name", outcome -> runs.incrementAndGet());
      }
    }

    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Arbiter
    public void count(LL_Result r) {
      super.count(r);
    }
  }
}
