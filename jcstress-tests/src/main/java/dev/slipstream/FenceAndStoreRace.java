package dev.slipstream;

import static dev.slipstream.AwaitedFlight.FENCED;
import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static dev.slipstream.Scene.start;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.function.Function;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G10: a key is invalidated while its flight stores. The write waits for a store that it is too
 * late to prevent, and takes the value away: once it has returned nobody sees it.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'FenceAndStoreRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "null, null, 1",
    expect = ACCEPTABLE,
    desc = "the value reached the caller of the fetch, and no other")
@Outcome(
    id = {"1, null, 1", "null, 1, 1", "1, 1, 1"},
    expect = FORBIDDEN,
    desc = "a value is seen after its invalidation")
@State
public class FenceAndStoreRace {
  final CoalescingCache<String, Integer> cache =
      settings()
          .ticker(FenceAndStoreRace::slowTime) // it is read once the value is stored
          .expireAfterWrite(Duration.ofHours(1))
          .build();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  final Flight<String, Integer> flight;
  final AwaiterHandle<Integer> handle;

  public FenceAndStoreRace() {
    this(core -> new Flight<>(core, KEY, null));
  }

  FenceAndStoreRace(Function<CacheCore<String, Integer>, Flight<String, Integer>> making) {
    flight = making.apply(core);
    handle = start(flight, job);
  }

  private static long slowTime() {
    pause();
    return System.nanoTime();
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Actor
  public void invalidate(LLL_Result r) {
    pause(); // until the flight is about to store
    pause();
    write();
    pause();
    r.r1 = cache.getIfPresent(KEY);
  }

  void write() {
    cache.invalidate(KEY);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = endOf(handle);
  }

  /** Fences a flight that is storing, and does not wait for it. */
  @JCStressTest
  @State
  public static class Broken extends FenceAndStoreRace {
    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Actor
    public void invalidate(LLL_Result r) {
      super.invalidate(r);
    }

    @Override
    void write() {
      flight.setFlag(FENCED); // not: unless it is storing
      core.registry.remove(flight.slot);
      core.l1().map().remove(KEY);
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
