package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
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
 * {@link TwoCallersRace}, with a look into the registry and a step into it that are two steps: the
 * caller that found no flight puts its own into the place of whatever stands there by now.
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
public class TwoCallersBroken {
  private final Engine<String, Integer> engine = engineOf(cache());
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
    if (engine.flightOf(KEY) != null) {
      return Origin.JOINED;
    }
    var flight = new Flight<>(engine, KEY, null);
    engine.registry.claim(engine.registry.find(KEY), flight.slot); // not: claim(null, …)
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
