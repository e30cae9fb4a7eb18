package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.join;
import static dev.slipstream.Scene.pause;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G4: a prefetch joins a flight whose only caller leaves. It pins the flight before its own leave:
 * the value will be cached, whether by this flight or by one that the prefetch starts.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'PinRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "1, wanted",
    expect = ACCEPTABLE,
    desc = "the flight was pinned, and goes on without callers")
@Outcome(
    id = "2, abandoned",
    expect = ACCEPTABLE,
    desc = "the caller left first: the prefetch has started a flight of its own")
@Outcome(
    id = {"null, abandoned"},
    expect = FORBIDDEN,
    desc = "the flight that the prefetch had joined was abandoned")
@State
public class PinRace {
  final CoalescingCache<String, Integer> cache = cache();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job old = new Job();
  final Job young = new Job();
  final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, old);
  final Flight<String, Integer> flight = flightOf(cache);

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void prefetch() {
    cache.prefetch(KEY, young);
  }

  @Arbiter
  public void look(LL_Result r) {
    old.answer.complete(1);
    young.answer.complete(2);
    r.r1 = cache.getIfPresent(KEY);
    r.r2 = old.fate();
  }

  /** Leaves the flight that it has joined, and pins it then. */
  @JCStressTest
  @State
  public static class Broken extends PinRace {
    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Actor
    public void prefetch() {
      AwaiterHandle<Integer> handle = join(flight);
      if (handle == null) {
        super.prefetch();
      } else {
        handle.leave();
        pause();
        flight.pin(); // not: before the leave
      }
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
