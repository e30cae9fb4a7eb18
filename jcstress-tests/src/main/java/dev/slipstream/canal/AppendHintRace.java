package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.EventType;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Two threads append an event each to a full ring. The one that comes first may set the hint back
 * after the other has raised it. A thread that has appended an event finds the last number no lower
 * than the event's all the same, since the slots are what counts.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'AppendHintRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = {"3 counted, 4 counted", "4 counted, 3 counted"},
    expect = ACCEPTABLE,
    desc = "each counts its own event")
@Outcome(expect = FORBIDDEN, desc = "the last number has fallen, or two events share one")
@State
public class AppendHintRace {
  private final Ring<String, String> ring = new Ring<>(2);

  /** Has the ring filled. */
  public AppendHintRace() {
    append();
    append();
  }

  @Actor
  public void one(LL_Result r) {
    r.r1 = appendAndCount();
  }

  @Actor
  public void another(LL_Result r) {
    r.r2 = appendAndCount();
  }

  private String appendAndCount() {
    return counted(append(), ring.last());
  }

  private long append() {
    return ring.append("k", EventType.FETCHED, 0, null, null, 0).sequence();
  }

  private static String counted(long number, long last) {
    return number + (last >= number ? " counted" : " not counted");
  }

  /** Takes the hint for the last number. */
  @JCStressTest
  @JCStressMeta(AppendHintRace.class)
  @State
  public static class Broken {
    private final AtomicLong slot = new AtomicLong(2); // stands for the ring's slots
    private final AtomicLong last = new AtomicLong(2);

    @Actor
    public void one(LL_Result r) {
      r.r1 = appendAndCount();
    }

    @Actor
    public void another(LL_Result r) {
      r.r2 = appendAndCount();
    }

    private String appendAndCount() {
      long number = slot.incrementAndGet();
      last.setRelease(number);
      return counted(number, last.get()); // not: and on from there, as far as slots are set
    }
  }
}
