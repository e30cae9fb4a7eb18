package dev.slipstream.jcstress;

import dev.slipstream.latch.Registration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/** {@link LateRefusalRace}, where the state is looked at first and the map changed after it. */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = Expect.ACCEPTABLE, desc = "it was there when the job ended")
@Outcome(id = "value, 0", expect = Expect.ACCEPTABLE, desc = "it came late and was told so")
@Outcome(id = "ADDED, 0", expect = Expect.FORBIDDEN, desc = "the continuation was lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "it ran although it came late, or more than once")
@State
public class LateRefusalBroken {
  private final ConcurrentMap<String, Runnable> continuations = new ConcurrentHashMap<>();
  private final AtomicInteger runs = new AtomicInteger();
  private volatile String outcome;

  @Actor
  public void register(LI_Result r) {
    if (outcome != null) {
      r.r1 = outcome;
    } else {
      continuations.put("name", runs::incrementAndGet);
      r.r1 = Registration.ADDED;
    }
  }

  @Actor
  public void complete() {
    outcome = "value";
    for (String name : continuations.keySet()) {
      Runnable continuation = continuations.remove(name);
      if (continuation != null) {
        continuation.run();
      }
    }
  }

  @Arbiter
  public void count(LI_Result r) {
    r.r2 = runs.get();
  }
}
