package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.join;
import static dev.slipstream.Scene.start;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G8: a leaver clears the list of awaiters while the flight ends and its list is taken and turned
 * round. A list is delivered after the sweep has ended: nobody is lost.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'SweepAndFanOutRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "all that stayed have the value")
@Outcome(expect = FORBIDDEN, desc = "a sweep has cut the list that was delivered")
@State
public class SweepAndFanOutRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> leaver;
  final AwaiterHandle<Integer> second;
  final AwaiterHandle<Integer> third;
  final AwaiterHandle<Integer> fourth;

  public SweepAndFanOutRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  SweepAndFanOutRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    leaver = start(flight, job);
    second = join(flight);
    var leftBefore = join(flight);
    third = join(flight);
    var leftToo = join(flight);
    fourth = join(flight);
    leftBefore.markLeft();
    leftToo.markLeft();
    Steps.letManyHaveLeft(flight);
  }

  @Actor
  public void sweep() {
    leaver.cancel(true);
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = endOf(second);
    r.r2 = endOf(third);
    r.r3 = endOf(fourth);
  }

  /**
   * Walks the list without a flag that would have the thread that takes it wait. Now and then the
   * two make a ring of it, on which one of them does not end: a timeout, beside the lost awaiters.
   */
  @JCStressTest
  @State
  public static class Broken extends SweepAndFanOutRace {
    public Broken() {
      super(WalksUnseen::new);
    }

    @Override
    @Actor
    public void sweep() {
      super.sweep();
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

    private static final class WalksUnseen extends Flight<String, Integer> {
      WalksUnseen(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      void leave(AwaiterHandle<Integer> handle) {
        handle.markLeft();
        synchronized (slot) { // not: with the flag WALKED
          var unused = Steps.findWitness(this);
        }
      }
    }
  }
}
