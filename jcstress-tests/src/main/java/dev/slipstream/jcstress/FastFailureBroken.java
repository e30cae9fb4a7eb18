package dev.slipstream.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * {@link FastFailureRace}, with looks that follow one another: a tick that comes during a look
 * leaves the next one to the thread that is looking, which can be too late.
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "the failure was caught")
@Outcome(id = "false", expect = FORBIDDEN, desc = "the failure slipped by")
@State
public class FastFailureBroken {
  private final AtomicInteger ticks = new AtomicInteger();
  private volatile boolean inFlight;
  private volatile boolean attached;

  @Actor
  public void fail() {
    inFlight = true;
    ticked();
    inFlight = false;
    ticked();
  }

  @Actor
  public void tick() {
    ticked();
  }

  @Arbiter
  public void look(Z_Result r) {
    r.r1 = attached;
  }

  private void ticked() {
    if (ticks.getAndIncrement() == 0) {
      int done;
      do {
        done = ticks.get();
        look();
      } while (ticks.addAndGet(-done) != 0);
    }
  }

  private void look() {
    if (inFlight) {
      attached = true;
    }
  }
}
