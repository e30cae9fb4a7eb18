package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A load ends while the soft timeout of its flight comes. Its caller gets the one value or the
 * other, and the handle says which.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'SoftTimeoutAndEndRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, STALE", expect = ACCEPTABLE, desc = "the timeout was first")
@Outcome(id = "2, STARTED", expect = ACCEPTABLE, desc = "the load was first")
@Outcome(expect = FORBIDDEN, desc = "the caller waits, or the handle says what is not so")
@State
public class SoftTimeoutAndEndRace {
  private static final long TTL = 100;

  private long now;
  private final Job job = new Job();
  final CoalescingCache<String, Integer> cache =
      settings()
          .ticker(() -> now)
          .expireAfterWrite(Duration.ofNanos(TTL))
          .staleIfError(Duration.ofHours(1))
          .softTimeout(Duration.ofHours(1))
          .build();

  final FetchHandle<Integer> caller;
  private final Flight<String, Integer> flight;

  public SoftTimeoutAndEndRace() {
    cache.put(KEY, 1);
    now = TTL;
    caller = cache.getOrFetch(KEY, job);
    flight = flightOf(cache);
  }

  void timeOut(Flight<String, Integer> flight) {
    new SoftTimeout<>(flight, 0).run();
  }

  @Actor
  public void timeout() {
    timeOut(flight);
  }

  @Actor
  public void end() {
    job.answer.complete(2);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = endOf(caller);
    r.r2 = caller.origin();
  }

  /** Completes the handle without taking it off the flight. */
  @JCStressTest
  @State
  public static class Broken extends SoftTimeoutAndEndRace {
    @Override
    void timeOut(Flight<String, Integer> flight) {
      Retained<Integer> kept = inside(cache).core.l1().retained(KEY);
      if (kept != null && !flight.hasEnded()) {
        pause();
        ((AwaiterHandle<Integer>) caller).deliverRetained(kept.entry());
      }
    }

    @Override
    @Actor
    public void timeout() {
      super.timeout();
    }

    @Override
    @Actor
    public void end() {
      super.end();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
