package dev.slipstream.jcstress;

import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome.Success;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A continuation registered while the job completes runs exactly once (G7). */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the continuation ran once")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "the continuation was lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "the continuation ran more than once")
@State
public class LatchRace {
  private final Continuations<String> continuations = Continuations.create(Runnable::run);
  private final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register() {
    continuations.addOrRunNow("name", outcome -> runs.incrementAndGet());
  }

  @Actor
  public void complete() {
    continuations.complete(new Success<>("value"));
  }

  @Arbiter
  public void count(I_Result r) {
    r.r1 = runs.get();
  }
}
