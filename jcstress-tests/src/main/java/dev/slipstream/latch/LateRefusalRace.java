package dev.slipstream.latch;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.latch.Outcome.Success;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * G7 for a caller that accepts a running job only: a continuation that was added while the job
 * completes runs exactly once, and one that was refused as too late never runs.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LateRefusalRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "ADDED, 1", expect = ACCEPTABLE, desc = "it was registered before the job ended")
@Outcome(id = "value, 0", expect = ACCEPTABLE, desc = "it came late and was refused")
@Outcome(id = "ADDED, 0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(expect = FORBIDDEN, desc = "it ran although it came late, or more than once")
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

  /** Looks at the state first and changes the map afterwards. */
  @JCStressTest
  @JCStressMeta(LateRefusalRace.class)
  @State
  public static class Broken {
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
}
