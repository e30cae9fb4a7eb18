package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Two threads ask a flight for its number, which is given on first use: both get the same.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'FetchIdRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "both have the same number")
@Outcome(id = "false", expect = FORBIDDEN, desc = "a flight has two numbers")
@State
public class FetchIdRace {
  final Flight<String, Integer> flight;
  long one;
  long two;

  public FetchIdRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  FetchIdRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    CoalescingCache<String, Integer> cache = cache();
    flight = making.apply(inside(cache).core);
  }

  @Actor
  public void ask() {
    one = flight.fetchId();
  }

  @Actor
  public void askToo() {
    two = flight.fetchId();
  }

  @Arbiter
  public void look(Z_Result r) {
    r.r1 = one == two && two == flight.fetchId();
  }

  /** Looks whether there is a number, and sets it, in two steps. */
  @JCStressTest
  @State
  public static class Broken extends FetchIdRace {
    public Broken() {
      super(TwoSteps::new);
    }

    @Override
    @Actor
    public void ask() {
      super.ask();
    }

    @Override
    @Actor
    public void askToo() {
      super.askToo();
    }

    @Override
    @Arbiter
    public void look(Z_Result r) {
      super.look(r);
    }

    static class TwoSteps extends Flight<String, Integer> {
      private volatile long given;

      TwoSteps(CacheCore<String, Integer> core) {
        super(core, KEY, null);
      }

      @Override
      public long fetchId() {
        if (given == 0) { // not: by compare-and-set
          pause();
          given = core.newFetchId();
        }
        return given;
      }
    }
  }
}
