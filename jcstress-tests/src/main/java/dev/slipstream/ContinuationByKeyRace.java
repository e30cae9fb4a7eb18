package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.latch.Registration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G7: a continuation is registered by key while the flight completes. It runs exactly once, whether
 * it finds the flight, or the ended flight, or the value in L1.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'ContinuationByKeyRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = ACCEPTABLE, desc = "it was registered before the flight ended")
@Outcome(id = "RAN_NOW, 1", expect = ACCEPTABLE, desc = "it came late and ran at once")
@Outcome(id = "ADDED, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(id = "RAN_NOW, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(
    id = "NOT_IN_FLIGHT, 0",
    expect = FORBIDDEN,
    desc = "neither the flight nor its value was found")
@State
public class ContinuationByKeyRace {
  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);
  final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register(LL_Result r) {
    r.r1 = cache.onComplete(KEY, "name", outcome -> runs.incrementAndGet());
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
   * The obvious order: L1 first, as in every other call, and then the flight. A flight that
   * completes between the two is found in neither.
   */
  @JCStressTest
  @State
  public static class Broken extends ContinuationByKeyRace {
    private final CacheCore<String, Integer> core = inside(cache).core;

    @Override
    @Actor
    public void register(LL_Result r) {
      CachedValue<Integer> entry = core.l1().get(KEY);
      Flight<String, Integer> flight = entry == null ? flightOf(cache) : null;
      if (entry != null) {
        r.r1 = entry.onComplete("name", outcome -> runs.incrementAndGet());
      } else if (flight != null) {
        r.r1 = handle.onComplete("name", outcome -> runs.incrementAndGet());
      } else {
        r.r1 = Registration.NOT_IN_FLIGHT;
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
