package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A caller leaves while the fetch ends for another one: a fetch listener that is notified of the
 * leave has returned before it is notified of the end.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'LeaveAndEndReportRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "leave end, cancelled, 1",
    expect = ACCEPTABLE,
    desc = "the leave came first: the end was reported after it, by one or the other")
@Outcome(
    id = "end, cancelled, 1",
    expect = ACCEPTABLE,
    desc = "the fetch had ended when the caller left, before its delivery: that is no leave")
@Outcome(
    id = "end, 1, 1",
    expect = ACCEPTABLE,
    desc = "the fetch ended first, and the caller has its value")
@Outcome(
    id = "end leave, .*",
    expect = FORBIDDEN,
    desc = "a leave was reported of a fetch whose end had been")
@Outcome(id = "leave, .*", expect = FORBIDDEN, desc = "the end was not reported")
@State
public class LeaveAndEndReportRace {
  final Queue<String> reports = new ConcurrentLinkedQueue<>();
  final Job job = new Job();
  final CoalescingCache<String, Integer> cache;
  final FetchHandle<Integer> leaver;
  final FetchHandle<Integer> other;

  public LeaveAndEndReportRace() {
    this(true);
  }

  private LeaveAndEndReportRace(boolean listensForLeaves) {
    cache = settings().fetchListener(new Listener(listensForLeaves)).build();
    leaver = cache.getOrFetch(KEY, job);
    other = cache.getOrFetch(KEY, job);
  }

  /** Takes a while, into which the end may fall. */
  void reportLeave() {
    pause();
    reports.add("leave");
  }

  private final class Listener implements FetchListener<Object> {
    private final boolean listensForLeaves;

    Listener(boolean listensForLeaves) {
      this.listensForLeaves = listensForLeaves;
    }

    @Override
    public void onLeave(long fetchId, Object key) {
      if (listensForLeaves) {
        reportLeave();
      }
    }

    @Override
    public void onEnd(long fetchId, Object key, FetchEnd end) {
      reports.add("end");
    }
  }

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void end() {
    job.answer.complete(1);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = String.join(" ", reports);
    r.r2 = endOf(leaver);
    r.r3 = endOf(other);
  }

  /** Looks whether the fetch has ended, and reports the leave of one that has not. */
  @JCStressTest
  @State
  public static class Broken extends LeaveAndEndReportRace {
    private final Flight<String, Integer> flight;

    public Broken() {
      super(false);
      flight = flightOf(cache);
    }

    @Override
    @Actor
    public void leave() {
      boolean leaves = !flight.hasEnded();
      super.leave();
      pause();
      if (leaves) { // nothing keeps the end waiting for this
        reportLeave();
      }
    }

    @Override
    @Actor
    public void end() {
      super.end();
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
