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
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A continuation is removed while the job completes: one that was removed never runs, and one that
 * the removal did not find runs exactly once.
 */
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "it was removed in time")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "the completion was first")
@Outcome(id = "true, 1", expect = Expect.FORBIDDEN, desc = "it was removed, and ran")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was lost, or ran more than once")
@State
public class RemoveRace {
  private final Continuations<String> continuations = Continuations.create(Runnable::run);
  private final AtomicInteger runs = new AtomicInteger();

  public RemoveRace() {
    continuations.addOrRunNow("name", outcome -> runs.incrementAndGet());
  }

  @Actor
  public void remove(ZI_Result r) {
    r.r1 = continuations.remove("name");
  }

  @Actor
  public void complete() {
    continuations.complete(new Success<>("value"));
  }

  @Arbiter
  public void count(ZI_Result r) {
    r.r2 = runs.get();
  }
}
