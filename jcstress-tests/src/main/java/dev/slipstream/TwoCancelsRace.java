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
 * G3: one of two callers cancels its handle twice at the same time. It leaves once: the fetch goes
 * on for the other.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TwoCancelsRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "cancelled, 1, wanted",
    expect = ACCEPTABLE,
    desc = "one caller left once: the fetch went on for the other")
@Outcome(
    id = {"cancelled, pending, abandoned", "cancelled, CompletionException, abandoned"},
    expect = FORBIDDEN,
    desc = "one caller left twice: the fetch of the other was cancelled")
@State
public class TwoCancelsRace {
  private final CoalescingCache<String, Integer> cache = cache();
  private final Job job = new Job();
  private final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, job);
  private final FetchHandle<Integer> peer = cache.getOrFetch(KEY, job);

  @Actor
  public void cancel() {
    leaver.cancel(true);
  }

  @Actor
  public void cancelToo() {
    leaver.cancel(true);
  }

  @Arbiter
  public void look(LLL_Result r) {
    job.answer.complete(1);
    r.r1 = endOf(leaver);
    r.r2 = endOf(peer);
    r.r3 = job.fate();
  }

  /**
   * The obvious override of cancel, whose super call returns true whenever the future is cancelled,
   * by whichever call.
   */
  @JCStressTest
  @JCStressMeta(TwoCancelsRace.class)
  @State
  public static class Broken {
    private final AtomicInteger awaiters = new AtomicInteger(2);
    private final CompletableFuture<Integer> answer = new CompletableFuture<>();
    private final CompletableFuture<Integer> peer = answer.copy();
    private final CompletableFuture<Integer> leaver =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled && awaiters.decrementAndGet() == 0) {
              answer.cancel(true);
            }
            return cancelled;
          }
        };

    @Actor
    public void cancel() {
      leaver.cancel(true);
    }

    @Actor
    public void cancelToo() {
      leaver.cancel(true);
    }

    @Arbiter
    public void look(LLL_Result r) {
      answer.complete(1);
      r.r1 = endOf(leaver);
      r.r2 = endOf(peer);
      r.r3 = answer.isCancelled() ? "abandoned" : "wanted";
    }
  }
}
