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
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * G7: a continuation is registered while the job completes. It runs exactly once.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LatchRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the continuation ran once")
@Outcome(id = "0", expect = FORBIDDEN, desc = "the continuation was lost")
@Outcome(expect = FORBIDDEN, desc = "the continuation ran more than once")
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

  /**
   * The obvious add-or-run-now: looks at the state and then inserts into the map, which a
   * completion between the two has drained already. The canary of every run.
   */
  @JCStressTest
  @JCStressMeta(LatchRace.class)
  @State
  public static class Broken {
    private final ConcurrentMap<String, Runnable> continuations = new ConcurrentHashMap<>();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile boolean completed;

    @Actor
    public void register() {
      if (completed) {
        runs.incrementAndGet();
      } else {
        continuations.put("name", runs::incrementAndGet);
      }
    }

    @Actor
    public void complete() {
      completed = true;
      for (String name : continuations.keySet()) {
        Runnable continuation = continuations.remove(name);
        if (continuation != null) {
          continuation.run();
        }
      }
    }

    @Arbiter
    public void count(I_Result r) {
      r.r1 = runs.get();
    }
  }
}
