package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G4: the only awaiter leaves while another caller comes. The newcomer joins a running fetch, or
 * starts its own: it never gets one that is being cancelled.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'JoinAndLeaveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "JOINED, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the joiner came before the leaver left: the fetch goes on for it")
@Outcome(
    id = "STARTED, 2, abandoned",
    expect = ACCEPTABLE,
    desc = "the leaver was the last: its fetch is abandoned, the newcomer has its own")
@Outcome(
    id = "JOINED, cancelled, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner joined a flight that was being cancelled")
@Outcome(
    id = "JOINED, pending, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner joined a flight that ended without it")
@Outcome(
    id = "STARTED, 2, wanted",
    expect = FORBIDDEN,
    desc = "a fetch without awaiters was not cancelled")
@State
public class JoinAndLeaveRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job old = new Job();
  private final Job young = new Job();
  private final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, old);
  private FetchHandle<Integer> joiner;

  @Actor
  public void leave() {
    leaver.cancel(true);
  }

  @Actor
  public void join() {
    joiner = cache.getOrFetch(KEY, young);
  }

  @Arbiter
  public void look(LLL_Result r) {
    old.answer.complete(1);
    young.answer.complete(2);
    r.r1 = joiner.origin();
    r.r2 = endOf(joiner);
    r.r3 = old.fate();
  }

  /**
   * Counts the awaiters in the obvious way: the joiner checks that the count is above zero, and
   * then increments it.
   */
  @JCStressTest
  @JCStressMeta(JoinAndLeaveRace.class)
  @State
  public static class Broken {
    private final AtomicInteger awaiters = new AtomicInteger(1);
    private final CompletableFuture<Integer> old = new CompletableFuture<>();
    private final CompletableFuture<Integer> young = new CompletableFuture<>();
    private boolean joined;

    @Actor
    public void leave() {
      if (awaiters.decrementAndGet() == 0) {
        old.cancel(true);
      }
    }

    @Actor
    public void join() {
      joined = awaiters.get() > 0;
      if (joined) {
        awaiters.incrementAndGet(); // zero is final: check and increment have to be one step
      }
    }

    @Arbiter
    public void look(LLL_Result r) {
      old.complete(1);
      young.complete(2);
      r.r1 = joined ? Origin.JOINED : Origin.STARTED;
      r.r2 = endOf(joined ? old : young);
      r.r3 = old.isCancelled() ? "abandoned" : "wanted";
    }
  }
}
