package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A journal gets its last event and ends while it is read: the event is read, and then the end. */
@JCStressTest
@Outcome(id = "1, CLOSED", expect = ACCEPTABLE, desc = "the event, and then the end")
@Outcome(id = "CLOSED, CLOSED", expect = FORBIDDEN, desc = "the last event was lost")
@Outcome(expect = FORBIDDEN, desc = "a pull was told neither")
@State
public class CanalEndRace {
  private final EventJournal<String, String> journal = new EventJournal<>(2);
  private final EventCursor<String, String> cursor = journal.cursor(1);

  @Actor
  public void pull(LL_Result r) {
    r.r1 = Puller.pull(cursor);
    r.r2 = Puller.pull(cursor);
  }

  @Actor
  public void emitAndClose() {
    journal.emit(Puller.event(1));
    journal.close();
  }
}
