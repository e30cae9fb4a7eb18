package dev.slipstream;

import static dev.slipstream.AwaitedFlight.ABANDONED;
import static dev.slipstream.AwaitedFlight.CLOSING;
import static dev.slipstream.AwaitedFlight.RUNNING;
import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.settings;
import static dev.slipstream.Scene.start;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G4: the last awaiter leaves while the loader completes and an insert callback is to run. The
 * settling takes CLOSING for RUNNING, and the leaver ends only what is still CLOSING: no value is
 * inserted for a flight that is abandoned.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'SettleAndClosingRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "the flight completed first")
@Outcome(
    id = "cancelled, 1, 1",
    expect = ACCEPTABLE,
    desc = "the caller left a flight that was settling: its value is stored nevertheless")
@Outcome(
    id = "cancelled, 0, null",
    expect = ACCEPTABLE,
    desc = "the last awaiter left first: the callback does not run")
@Outcome(
    id = "cancelled, 1, null",
    expect = FORBIDDEN,
    desc = "the callback has run for a flight that was abandoned")
@State
public class SettleAndClosingRace {
  final AtomicInteger inserts = new AtomicInteger();
  final CoalescingCache<String, Integer> cache =
      settings()
          .<String, Integer>onInsert(
              (key, value, current) -> {
                inserts.incrementAndGet();
                return value;
              })
          .build();
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> leaver;

  public SettleAndClosingRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  SettleAndClosingRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(inside(cache).core);
    leaver = start(flight, job);
  }

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = endOf(leaver);
    r.r2 = inserts.get();
    r.r3 = cache.getIfPresent(KEY);
  }

  /** Ends what it has seen CLOSING, though the settling may have taken it since. */
  @JCStressTest
  @State
  public static class Broken extends SettleAndClosingRace {
    public Broken() {
      super(EndsRegardless::new);
    }

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }

    private static final class EndsRegardless extends Flight<String, Integer> {
      EndsRegardless(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      void leave(AwaiterHandle<Integer> handle) {
        if (!Steps.enter(this, RUNNING, CLOSING)) {
          return;
        }
        handle.markLeft();
        Steps.setState(this, ABANDONED); // not: only from CLOSING
        Steps.abandon(this);
      }
    }
  }
}
