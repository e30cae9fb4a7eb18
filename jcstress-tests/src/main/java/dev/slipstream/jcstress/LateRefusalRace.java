package dev.slipstream.jcstress;

import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Continuations;
import dev.slipstream.latch.Outcome.Success;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * G7, for who wants a running job only: one that was added while the job completes runs exactly
 * once, and one that was told that it came too late never runs.
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = Expect.ACCEPTABLE, desc = "it was there when the job ended")
@Outcome(id = "value, 0", expect = Expect.ACCEPTABLE, desc = "it came late and was told so")
@Outcome(id = "ADDED, 0", expect = Expect.FORBIDDEN, desc = "the continuation was lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "it ran although it came late, or more than once")
@State
public class LateRefusalRace {
  private final Continuations<String> continuations = Continuations.create(Runnable::run);
  private final AtomicInteger runs = new AtomicInteger();

  @Actor
  public void register(LI_Result r) {
    try {
      r.r1 = continuations.addOrThrowIfCompleted("name", outcome -> runs.incrementAndGet());
    } catch (AlreadyCompletedException e) {
      r.r1 = ((Success<?>) e.outcome()).value();
    }
  }

  @Actor
  public void complete() {
    continuations.complete(new Success<>("value"));
  }

  @Arbiter
  public void count(LI_Result r) {
    r.r2 = runs.get();
  }
}
