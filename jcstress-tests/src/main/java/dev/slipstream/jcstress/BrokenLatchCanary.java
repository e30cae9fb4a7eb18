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
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The obvious add-or-run-now, which loses a continuation (G7): it looks at the state, and then
 * inserts into the map. A completion between the two has drained the map already. This test must
 * fail; if it passes, the runs beside it prove nothing.
 */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the continuation ran once")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "the continuation was lost")
@State
public class BrokenLatchCanary {
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
