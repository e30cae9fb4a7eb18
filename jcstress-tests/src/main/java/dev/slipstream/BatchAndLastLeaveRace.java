package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.internal.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The time of a batch comes while the last caller of its only key leaves. Nothing is loaded, or the
 * load is cancelled.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'BatchAndLastLeaveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "unstarted", expect = ACCEPTABLE, desc = "the leave was first")
@Outcome(id = "cancelled", expect = ACCEPTABLE, desc = "the batch was first")
@Outcome(expect = FORBIDDEN, desc = "a load runs for nobody")
@State
public class BatchAndLastLeaveRace {
  private volatile CompletableFuture<Map<String, Integer>> load;
  private Runnable dispatch;
  final LoadingCoalescingCache<String, Integer> cache =
      settings()
          .timer(new Kept())
          .buildBatching((keys, context) -> startLoad(), 10, Duration.ofHours(1));
  final FetchHandle<Integer> caller = cache.getOrFetch(KEY);

  /** Keeps the task, which the actor runs on its own thread. */
  private final class Kept implements Timer {
    @Override
    public Handle schedule(Runnable task, long delay, TimeUnit unit) {
      dispatch = task;
      return () -> {};
    }

    @Override
    public Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
      return schedule(task, delay, unit);
    }
  }

  CompletableFuture<Map<String, Integer>> startLoad() {
    CompletableFuture<Map<String, Integer>> started = new CompletableFuture<>();
    load = started;
    return started;
  }

  void timeOut() {
    dispatch.run();
  }

  @Actor
  public void dispatch() {
    timeOut();
  }

  @Actor
  public void leave() {
    caller.cancel(true);
  }

  @Arbiter
  public void look(L_Result r) {
    r.r1 = load == null ? "unstarted" : load.isCancelled() ? "cancelled" : "wanted";
  }

  /** Looks whether the caller waits, and then loads what nothing can cancel. */
  @JCStressTest
  @State
  public static class Broken extends BatchAndLastLeaveRace {
    @Override
    void timeOut() {
      if (!caller.isDone()) {
        pause();
        var unused = startLoad();
      }
    }

    @Override
    @Actor
    public void dispatch() {
      super.dispatch();
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
