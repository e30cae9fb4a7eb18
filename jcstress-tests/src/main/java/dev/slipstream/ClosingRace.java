package dev.slipstream;

import static dev.slipstream.AwaitedFlight.ABANDONED;
import static dev.slipstream.AwaitedFlight.CLOSING;
import static dev.slipstream.AwaitedFlight.RUNNING;
import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
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
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G4: a caller joins a flight whose only awaiter leaves. The joiner pushes its handle and then
 * reads the state, the leaver enters CLOSING and then reads the list: one of them sees the other.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'ClosingRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "joined, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the joiner was seen: the flight goes on for it")
@Outcome(
    id = "refused, null, abandoned",
    expect = ACCEPTABLE,
    desc = "the leaver was the last: the joiner is not let in")
@Outcome(
    id = "joined, pending, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner is left behind in a flight that was abandoned")
@Outcome(
    id = {"refused, null, wanted", "joined, pending, wanted"},
    expect = FORBIDDEN,
    desc = "a flight without awaiters was not cancelled")
@State
public class ClosingRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> leaver;
  AwaiterHandle<Integer> joiner;

  public ClosingRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  ClosingRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    leaver = start(flight, job);
  }

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void come() {
    joiner = join(flight);
  }

  @Arbiter
  public void look(LLL_Result r) {
    job.answer.complete(1);
    r.r1 = joiner == null ? "refused" : "joined";
    r.r2 = joiner == null ? null : endOf(joiner);
    r.r3 = job.fate();
  }

  /** Reads the list first and enters CLOSING then: a joiner that comes between is not seen. */
  @JCStressTest
  @State
  public static class Broken extends ClosingRace {
    public Broken() {
      super(LooksFirst::new);
    }

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Actor
    public void come() {
      super.come();
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }

    private static final class LooksFirst extends Flight<String, Integer> {
      LooksFirst(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      void leave(AwaiterHandle<Integer> handle) {
        boolean abandons;
        synchronized (slot) {
          handle.markLeft();
          boolean alone = Steps.findWitness(this) == null; // not: after the next
          pause();
          abandons =
              alone && Steps.enter(this, RUNNING, CLOSING) && Steps.enter(this, CLOSING, ABANDONED);
        }
        if (abandons) {
          Steps.abandon(this);
        }
      }
    }
  }
}
