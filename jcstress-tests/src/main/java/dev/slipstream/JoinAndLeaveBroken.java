package dev.slipstream;

import static dev.slipstream.Scene.endOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * {@link JoinAndLeaveRace}, with awaiters that are counted, as one would: the joiner looks whether
 * anybody is left, and then counts itself in.
 */
@JCStressTest
@Outcome(
    id = "JOINED, 1, wanted",
    expect = ACCEPTABLE,
    desc = "the joiner was there before the leaver left: the fetch goes on for it")
@Outcome(
    id = "STARTED, 2, abandoned",
    expect = ACCEPTABLE,
    desc = "the leaver was the last: its fetch is abandoned, the newcomer has its own")
@Outcome(
    id = "JOINED, cancelled, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner boarded a dying flight")
@Outcome(
    id = "JOINED, pending, abandoned",
    expect = FORBIDDEN,
    desc = "the joiner boarded a flight that ended without it")
@Outcome(
    id = "STARTED, 2, wanted",
    expect = FORBIDDEN,
    desc = "a fetch that nobody awaits was not cancelled")
@State
public class JoinAndLeaveBroken {
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
      awaiters.incrementAndGet(); // zero awaiters is final: it has to be one step with the look
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
