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
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A continuation is removed while the job completes: one that was removed never runs, and one that
 * the removal did not find runs exactly once.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'RemoveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "it was removed in time")
@Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "the completion was first")
@Outcome(id = "true, 1", expect = FORBIDDEN, desc = "it was removed, and ran")
@Outcome(expect = FORBIDDEN, desc = "it was lost, or ran more than once")
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

  /**
   * Runs what the map holds and clears the map afterwards: a removal between the two returns true,
   * although the continuation has run.
   */
  @JCStressTest
  @JCStressMeta(RemoveRace.class)
  @State
  public static class Broken {
    private final ConcurrentMap<String, Runnable> continuations = new ConcurrentHashMap<>();
    private final AtomicInteger runs = new AtomicInteger();

    public Broken() {
      continuations.put("name", runs::incrementAndGet);
    }

    @Actor
    public void remove(ZI_Result r) {
      r.r1 = continuations.remove("name") != null;
    }

    @Actor
    public void complete() {
      continuations.values().forEach(Runnable::run);
      continuations.clear();
    }

    @Arbiter
    public void count(ZI_Result r) {
      r.r2 = runs.get();
    }
  }
}
