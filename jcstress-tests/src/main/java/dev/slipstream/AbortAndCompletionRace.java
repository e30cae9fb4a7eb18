package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.flightOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A fetch is aborted while its loader completes. The one that decides it also says whether the load
 * was abandoned: the completion marks its load as finished only while it is STORING.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'AbortAndCompletionRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, 1, wanted", expect = ACCEPTABLE, desc = "the completion came first")
@Outcome(
    id = "FetchException, null, abandoned",
    expect = ACCEPTABLE,
    desc = "the abort came first: the loader's result is dropped")
@Outcome(
    id = "FetchException, null, wanted",
    expect = FORBIDDEN,
    desc = "the load of an aborted fetch does not see that")
@State
public class AbortAndCompletionRace {
  private static final Throwable CAUSE = new IllegalStateException("aborted by the race");

  final CoalescingCache<String, Integer> cache = cache();
  final Job job = new Job();
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, job);

  @Actor
  public void abort() {
    cache.abort(KEY, CAUSE);
  }

  @Actor
  public void complete() {
    job.answer.complete(1);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = endOf(handle);
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = job.fate();
  }

  /** Marks the load as finished before it claims the decision. */
  @JCStressTest
  @State
  public static class Broken extends AbortAndCompletionRace {
    private final Flight<String, Integer> flight = flightOf(cache);

    @Override
    @Actor
    public void abort() {
      super.abort();
    }

    @Override
    @Actor
    public void complete() {
      flight.finishAlone();
      flight.settleAndPublish(1, null);
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
