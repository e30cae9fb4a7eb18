package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.CacheEvent;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Two emitters, one of them a lap behind the other, write to the same slot of the ring: the newer
 * event stays.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'CanalLateEmitRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "the newer event is there")
@Outcome(expect = FORBIDDEN, desc = "the older event replaced it")
@State
public class CanalLateEmitRace {
  private final EventJournal<String, String> journal = new EventJournal<>(1);

  @Actor
  public void late() {
    journal.emit(Puller.event(1));
  }

  @Actor
  public void newer() {
    journal.emit(Puller.event(2));
  }

  @Arbiter
  public void look(L_Result r) {
    r.r1 = Puller.pull(journal.cursor(2));
  }

  /** Reads the slot and then sets it, in two steps. */
  @JCStressTest
  @JCStressMeta(CanalLateEmitRace.class)
  @State
  public static class Broken {
    private final AtomicReference<CacheEvent<String, String>> slot = new AtomicReference<>();

    @Actor
    public void late() {
      put(Puller.event(1));
    }

    @Actor
    public void newer() {
      put(Puller.event(2));
    }

    private void put(CacheEvent<String, String> event) {
      CacheEvent<String, String> earlier = slot.get();
      if (earlier == null || earlier.sequence() < event.sequence()) {
        slot.set(event); // not: compare-and-set
      }
    }

    @Arbiter
    public void look(L_Result r) {
      r.r1 = slot.get().sequence();
    }
  }
}
