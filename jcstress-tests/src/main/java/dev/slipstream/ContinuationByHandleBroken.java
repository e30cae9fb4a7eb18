package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.engineOf;
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
 * {@link ContinuationByHandleRace}, with a registrar that looks for the outcome before it publishes
 * its continuation, and not after: the flight's end can come and go between the two.
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = ACCEPTABLE, desc = "it was there when the flight ended")
@Outcome(id = "RAN_NOW, 1", expect = ACCEPTABLE, desc = "it came late and was told at once")
@Outcome(id = "ADDED, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(id = "RAN_NOW, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@State
public class ContinuationByHandleBroken {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Engine<String, Integer> engine = engineOf(cache);
  private final Job job = new Job();
  private final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);
  private final Flight<String, Integer> flight = engine.flightOf(KEY);
  private final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register(LL_Result r) {
    if (flight.hasEnded()) { // not: after the registration
      r.r1 = handle.onComplete("name", outcome -> runs.incrementAndGet());
    } else {
      FlightContinuations<Integer> all = flight.slot.continuations(engine);
      r.r1 = all.of(handle).addOrRunNow("name", outcome -> runs.incrementAndGet());
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
