package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.join;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.start;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G4: both awaiters of a flight leave at the same time. The last one out looks around and ends the
 * flight: a leaver marks its handle and then reads whether it is the witness, and a thread that
 * makes a handle the witness then reads whether it has left.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'WitnessRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "abandoned, 0", expect = ACCEPTABLE, desc = "one of the two has ended the flight")
@Outcome(
    id = "wanted, 1",
    expect = FORBIDDEN,
    desc = "nobody has looked around: the flight runs on without awaiters")
@State
public class WitnessRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> first;
  final AwaiterHandle<Integer> second;

  public WitnessRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  WitnessRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    first = start(flight, job);
    second = join(flight);
  }

  @Actor
  public void leave() {
    first.cancel(true);
  }

  @Actor
  public void leaveToo() {
    second.cancel(true);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = job.fate();
    r.r2 = cache.inFlight().size();
  }

  /**
   * Reads whether a leaver is the witness before it marks its handle: it may become it in between.
   */
  @JCStressTest
  @State
  public static class Broken extends WitnessRace {
    public Broken() {
      super(WitnessFirst::new);
    }

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Actor
    public void leaveToo() {
      super.leaveToo();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }

    static class WitnessFirst extends Flight<String, Integer> {
      WitnessFirst(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      void leave(AwaiterHandle<Integer> handle) {
        boolean looks = Steps.witness(this) == handle; // not: after the mark
        pause();
        if (looks) {
          super.leave(handle);
        } else {
          markLeft(handle);
        }
      }
    }
  }
}
