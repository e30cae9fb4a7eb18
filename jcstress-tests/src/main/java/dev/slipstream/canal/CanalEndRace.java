package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A journal gets its last event and ends while it is read: the pulls return the event, and then the
 * end.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'CanalEndRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, CLOSED", expect = ACCEPTABLE, desc = "the event, and then the end")
@Outcome(id = "CLOSED, CLOSED", expect = FORBIDDEN, desc = "the last event was lost")
@Outcome(expect = FORBIDDEN, desc = "a pull returned neither")
@State
public class CanalEndRace {
  final EventJournal<String, String> journal = new EventJournal<>(2);
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

  /** Looks for an event first and for the end after it: an event between the two is passed over. */
  @JCStressTest
  @State
  public static class Broken extends CanalEndRace {
    private long position = 1;

    @Override
    @Actor
    public void pull(LL_Result r) {
      r.r1 = pull();
      r.r2 = Puller.CLOSED.equals(r.r1) ? Puller.CLOSED : pull();
    }

    private String pull() {
      while (true) {
        if (journal.ring().get(position) != null) {
          return "" + position++;
        }
        if (journal.isClosed()) { // not: read this first
          return Puller.CLOSED;
        }
        Thread.onSpinWait();
      }
    }

    @Override
    @Actor
    public void emitAndClose() {
      super.emitAndClose();
    }
  }
}
