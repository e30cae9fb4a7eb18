package dev.slipstream.jcstress;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * {@link RemoveRace}, where the completion runs what it sees in the map and clears the map
 * afterwards: a removal between the two is told that it was in time.
 */
@JCStressTest
@Outcome(id = "true, 0", expect = Expect.ACCEPTABLE, desc = "it was removed in time")
@Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "the completion was first")
@Outcome(id = "true, 1", expect = Expect.FORBIDDEN, desc = "it was removed, and ran")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was lost, or ran more than once")
@State
public class RemoveBroken {
  private final ConcurrentMap<String, Runnable> continuations = new ConcurrentHashMap<>();
  private final AtomicInteger runs = new AtomicInteger();

  public RemoveBroken() {
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
