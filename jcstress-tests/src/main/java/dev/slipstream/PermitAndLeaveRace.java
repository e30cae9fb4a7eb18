package dev.slipstream;

import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The one load that may run ends while the last caller of the one that waits leaves. Whichever is
 * first, the place is free afterwards.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'PermitAndLeaveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "the next load runs at once")
@Outcome(expect = FORBIDDEN, desc = "the place is lost")
@State
public class PermitAndLeaveRace {
  private final Job running = new Job();
  private final Job waiting = new Job();
  private final Job next = new Job();
  final CoalescingCache<String, Integer> cache = settings().maxConcurrentFetches(1, 2).build();
  final FetchHandle<Integer> waiter;

  public PermitAndLeaveRace() {
    var unused = cache.getOrFetch("running", running);
    waiter = cache.getOrFetch("waiting", waiting);
  }

  void leaveQueue() {
    waiter.cancel(true);
  }

  @Actor
  public void end() {
    running.answer.complete(1);
  }

  @Actor
  public void leave() {
    leaveQueue();
  }

  @Arbiter
  public void look(L_Result r) {
    var unused = cache.getOrFetch("next", next);
    r.r1 = next.runs();
  }

  /** Leaves the queue if it is there, and thinks no more of the place that it is just given. */
  @JCStressTest
  @State
  public static class Broken extends PermitAndLeaveRace {
    @Override
    void leaveQueue() {
      CacheCore<String, Integer> core = inside(cache).core;
      Slot<String, Integer> slot = core.registry.find("waiting");
      if (core.bulkhead.isQueued(slot)) {
        pause();
        core.bulkhead.ended(slot);
      }
    }

    @Override
    @Actor
    public void end() {
      super.end();
    }

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Arbiter
    public void look(L_Result r) {
      super.look(r);
    }
  }
}
