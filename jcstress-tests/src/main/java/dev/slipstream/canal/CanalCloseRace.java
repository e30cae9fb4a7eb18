package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A canal is closed between or during two pulls. The first returns the event that is there, or
 * throws because of the close; the second throws, whether or not it waits by then.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'CanalCloseRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, CLOSED", expect = ACCEPTABLE, desc = "the event, and then the close")
@Outcome(id = "CLOSED, CLOSED", expect = ACCEPTABLE, desc = "the close came first")
@Outcome(expect = FORBIDDEN, desc = "a pull missed the close")
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

  /** Looks for the close before it registers to be woken: a close between the two wakes no pull. */
  @JCStressTest
  @JCStressMeta(CanalCloseRace.class)
  @State
  public static class Broken {
    private final Ring<String, String> ring = new Ring<>(1);
    private final Bell bell = new Bell();
    private volatile boolean closed;
    private long position = 1;

    public Broken() {
      ring.put(Puller.event(1));
    }

    @Actor
    public void pull(LL_Result r) {
      r.r1 = pull();
      r.r2 = pull();
    }

    private String pull() {
      Thread thread = Thread.currentThread();
      long start = System.nanoTime();
      long deadline = Puller.SHORT_DEADLINE.toNanos();
      for (long left = deadline; left > 0; left = deadline - (System.nanoTime() - start)) {
        if (closed) {
          return Puller.CLOSED;
        }
        if (ring.get(position) != null) {
          return "" + position++;
        }
        bell.add(() -> LockSupport.unpark(thread)); // not: add, look, park
        LockSupport.parkNanos(left);
      }
      return Puller.LOST;
    }

    @Actor
    public void close() {
      closed = true;
      bell.ring();
    }
  }
}
