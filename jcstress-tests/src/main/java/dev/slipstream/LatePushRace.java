package dev.slipstream;

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
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G8: a caller joins while the flight ends and its list is taken. Its handle is in the list, or is
 * refused: the place of a list that was taken is closed.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LatePushRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "joined, 1", expect = ACCEPTABLE, desc = "the joiner has the value")
@Outcome(id = "refused, null", expect = ACCEPTABLE, desc = "the joiner came too late")
@Outcome(
    id = "joined, pending",
    expect = FORBIDDEN,
    desc = "the joiner was added to a list that was taken before")
@State
public class LatePushRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> first;
  AwaiterHandle<Integer> joiner;

  public LatePushRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  LatePushRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    first = start(flight, job);
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Actor
  public void come() {
    joiner = join(flight);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = joiner == null ? "refused" : "joined";
    r.r2 = joiner == null ? null : endOf(joiner);
  }

  /** Looks whether the flight has ended, and then pushes onto whatever there is. */
  @JCStressTest
  @State
  public static class Broken extends LatePushRace {
    public Broken() {
      super(PushesOntoAll::new);
    }

    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Actor
    public void come() {
      super.come();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }

    private static final class PushesOntoAll extends Flight<String, Integer> {
      PushesOntoAll(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      boolean join(AwaiterHandle<Integer> handle) {
        if (hasEnded()) {
          return false;
        }
        pause();
        AwaiterHandle<Integer> top;
        do {
          top = Steps.head(this); // not: and refuses if it is the closed one
          handle.next = top == AwaiterHandle.<Integer>closed() ? null : top;
        } while (!Steps.replaceHead(this, top, handle));
        return true;
      }
    }
  }
}
