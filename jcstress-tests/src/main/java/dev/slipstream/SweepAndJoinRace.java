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
 * G8: the newest awaiter leaves and is unlinked while another caller joins. The top is unlinked by
 * a compare-and-set, whose failure leaves its link: what is behind it stays in the list.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'SweepAndJoinRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "1, 1, 2",
    expect = ACCEPTABLE,
    desc = "the awaiter behind the leaver and the joiner have the value")
@Outcome(expect = FORBIDDEN, desc = "what was behind the top is cut off")
@State
public class SweepAndJoinRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> behind;
  final AwaiterHandle<Integer> leaver;
  AwaiterHandle<Integer> joiner;

  public SweepAndJoinRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  SweepAndJoinRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    behind = start(flight, job);
    var witness = join(flight);
    leaver = join(flight);
    witness.markLeft();
    Steps.setWitness(flight, leaver); // so that its leave sweeps
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
    r.r3 = flight.awaiting();
    job.answer.complete(1);
    r.r1 = endOf(behind);
    r.r2 = endOf(joiner);
  }

  /** Clears the link of the top whether or not it was unlinked. */
  @JCStressTest
  @State
  public static class Broken extends SweepAndJoinRace {
    public Broken() {
      super(NullsTheTop::new);
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

    private static final class NullsTheTop extends Flight<String, Integer> {
      NullsTheTop(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      void leave(AwaiterHandle<Integer> handle) {
        handle.markLeft();
        synchronized (slot) {
          AwaiterHandle<Integer> top = Steps.head(this);
          if (top == handle) {
            Steps.replaceHead(this, top, top.next);
            top.next = null; // not: only if that has worked
          }
        }
      }
    }
  }
}
