package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.EventType;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Two threads append events to a full ring. One that comes first may set the hint back after the
 * other has raised it. A thread that has appended an event finds the last number no lower than the
 * event's all the same, since the slots are what counts.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'AppendHintRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "counted, counted, 42", expect = ACCEPTABLE, desc = "each counts its own events")
@Outcome(expect = FORBIDDEN, desc = "the last number has fallen, or two events share one")
@State
public class AppendHintRace {
  private static final int EVENTS = 20;

  private final Ring<String, String> ring = new Ring<>(2);

  /** Has the ring filled. */
  public AppendHintRace() {
    append();
    append();
  }

  @Actor
  public void one(LLL_Result r) {
    r.r1 = appendAndCount();
  }

  @Actor
  public void another(LLL_Result r) {
    r.r2 = appendAndCount();
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r3 = ring.last();
  }

  private String appendAndCount() {
    for (int i = 0; i < EVENTS; i++) {
      long number = append();
      if (ring.last() < number) {
        return "not counted";
      }
    }
    return "counted";
  }

  private long append() {
    return ring.append("k", EventType.FETCHED, 0, null, null, 0).sequence();
  }

  /** Takes the hint for the last number. */
  @JCStressTest
  @JCStressMeta(AppendHintRace.class)
  @State
  public static class Broken {
    private final AtomicLong slots = new AtomicLong(2); // stands for the numbers in them
    private final AtomicLong last = new AtomicLong(2);

    @Actor
    public void one(LLL_Result r) {
      r.r1 = appendAndCount();
    }

    @Actor
    public void another(LLL_Result r) {
      r.r2 = appendAndCount();
    }

    @Arbiter
    public void look(LLL_Result r) {
      r.r3 = slots.get();
    }

    private String appendAndCount() {
      for (int i = 0; i < EVENTS; i++) {
        long number = slots.incrementAndGet();
        last.setRelease(number);
        if (last.get() < number) { // not: as far as slots are set
          return "not counted";
        }
      }
      return "counted";
    }
  }
}
