package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * {@link CanalCloseRace}, with pulls that look whether the canal is closed before they say that
 * they wait: who begins to wait just then is not told.
 */
@JCStressTest
@Outcome(id = "1, CLOSED", expect = ACCEPTABLE, desc = "the event, and then the close")
@Outcome(id = "CLOSED, CLOSED", expect = ACCEPTABLE, desc = "the close came first")
@Outcome(expect = FORBIDDEN, desc = "a pull was not told of the close")
@State
public class CanalCloseBroken {
  private final Ring<String, String> ring = new Ring<>(1);
  private final Bell bell = new Bell();
  private volatile boolean closed;
  private long position = 1;

  public CanalCloseBroken() {
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
