package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Two emitters, one of them a lap behind the other, have the same slot: the newer event stays. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "the newer event is there")
@Outcome(expect = FORBIDDEN, desc = "the older event took its place")
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
}
