package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.engineOf;
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
 * {@link ContinuationByKeyRace}, with the obvious order: L1 first, as every other call does it, and
 * then the flight. A flight that completes between the two is found in neither.
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = ACCEPTABLE, desc = "it was there when the flight ended")
@Outcome(id = "RAN_NOW, 1", expect = ACCEPTABLE, desc = "it came late and was told at once")
@Outcome(id = "ADDED, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(id = "RAN_NOW, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(
    id = "NOT_IN_FLIGHT, 0",
    expect = FORBIDDEN,
    desc = "neither the flight nor its value was found")
@State
public class ContinuationByKeyBroken {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final Job job = new Job();
  private final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);
  private final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register(LL_Result r) {
    CachedValue<Integer> entry = engine.l1.get(KEY);
    Flight<String, Integer> flight = entry == null ? engine.flightOf(KEY) : null;
    if (entry != null) {
      r.r1 = entry.onComplete("name", outcome -> runs.incrementAndGet());
    } else if (flight != null) {
      r.r1 = handle.onComplete("name", outcome -> runs.incrementAndGet());
    } else {
      r.r1 = Registration.NOT_IN_FLIGHT;
    }
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void count(LL_Result r) {
    r.r2 = runs.get();
  }
}
