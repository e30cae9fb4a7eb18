package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * An event is emitted while a pull starts to wait for it. The pull is woken and returns the event.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'CanalWakeRace$'
 * }</pre>
 */
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

  /** Looks first and then registers to be woken: an event between the two wakes no pull. */
  @JCStressTest
  @JCStressMeta(CanalWakeRace.class)
  @State
  public static class Broken {
    private final Ring<String, String> ring = new Ring<>(2);
    private final Bell bell = new Bell();

    @Actor
    public void pull(L_Result r) {
      Thread thread = Thread.currentThread();
      long start = System.nanoTime();
      long deadline = Puller.SHORT_DEADLINE.toNanos();
      long left = deadline;
      while (ring.get(1) == null && left > 0) {
        bell.add(() -> LockSupport.unpark(thread)); // not: add, look, park
        LockSupport.parkNanos(left);
        left = deadline - (System.nanoTime() - start);
      }
      r.r1 = left > 0 ? "1" : Puller.LOST;
    }

    @Actor
    public void emit() {
      ring.put(Puller.event(1));
      bell.ring();
    }
  }
}
