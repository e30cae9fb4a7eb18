package dev.slipstream.canal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongFunction;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Two threads append an event each and read all. The events have numbers of their own, and a reader
 * finds an event for every number up to the last.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'AppendRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1 whole, 2 whole", expect = ACCEPTABLE, desc = "every number has its event")
@Outcome(id = "2 whole, 1 whole", expect = ACCEPTABLE, desc = "every number has its event")
@Outcome(expect = FORBIDDEN, desc = "two events share a number, or a number has no event")
@State
public class AppendRace {
  private final Ring<String, String> ring = new Ring<>(2);

  @Actor
  public void one(LL_Result r) {
    r.r1 = appendAndRead();
  }

  @Actor
  public void another(LL_Result r) {
    r.r2 = appendAndRead();
  }

  private String appendAndRead() {
    long number = ring.append("k", EventType.FETCHED, 0, null, null, 0).sequence();
    return number + read(ring.last(), ring::get);
  }

  private static String read(long last, LongFunction<CacheEvent<String, String>> events) {
    for (long sequence = 1; sequence <= last; sequence++) {
      if (events.apply(sequence) == null) {
        return " without " + sequence;
      }
    }
    return " whole";
  }

  /** Takes the number before it sets the place: a reader finds a number without an event. */
  @JCStressTest
  @JCStressMeta(AppendRace.class)
  @State
  public static class Broken {
    private final AtomicLong last = new AtomicLong();
    private final AtomicReferenceArray<CacheEvent<String, String>> slots =
        new AtomicReferenceArray<>(3);

    @Actor
    public void one(LL_Result r) {
      r.r1 = appendAndRead();
    }

    @Actor
    public void another(LL_Result r) {
      r.r2 = appendAndRead();
    }

    private String appendAndRead() {
      long number = last.incrementAndGet();
      slots.set((int) number, Puller.event(number));
      return number + read(last.get(), sequence -> slots.get((int) sequence));
    }
  }
}
