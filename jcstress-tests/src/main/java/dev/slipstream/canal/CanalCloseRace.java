package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A canal is closed while two pulls follow each other on it. The first gets the event that is
 * there, or is told of the close; the second is told of the close, whether it waits by then or not.
 */
@JCStressTest
@Outcome(id = "1, CLOSED", expect = ACCEPTABLE, desc = "the event, and then the close")
@Outcome(id = "CLOSED, CLOSED", expect = ACCEPTABLE, desc = "the close came first")
@Outcome(expect = FORBIDDEN, desc = "a pull was not told of the close")
@State
public class CanalCloseRace {
  private final EventCursor<String, String> cursor = open();

  private static EventCursor<String, String> open() {
    EventJournal<String, String> journal = new EventJournal<>(1);
    journal.emit(Puller.event(1));
    return journal.cursor(1);
  }

  @Actor
  public void pull(LL_Result r) {
    r.r1 = Puller.pull(cursor);
    r.r2 = Puller.pull(cursor);
  }

  @Actor
  public void close() {
    cursor.close();
  }
}
