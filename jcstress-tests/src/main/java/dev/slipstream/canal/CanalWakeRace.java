package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An event is emitted while a pull begins to wait for it. The pull gets it, and is woken. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the event was there, or woke the pull")
@Outcome(id = "LOST", expect = FORBIDDEN, desc = "the wake-up was lost")
@State
public class CanalWakeRace {
  private final EventJournal<String, String> journal = new EventJournal<>(2);
  private final EventCursor<String, String> cursor = journal.cursor(1);

  @Actor
  public void pull(L_Result r) {
    r.r1 = Puller.pull(cursor);
  }

  @Actor
  public void emit() {
    journal.emit(Puller.event(1));
  }
}
