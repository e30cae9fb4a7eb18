package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * A caller that came after a tag was invalidated leaves while the older load that it has joined
 * ends with that tag: it is cancelled, and no newer load runs for nobody.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TagAndLeaveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "cancelled, 0", expect = ACCEPTABLE, desc = "it left, and nothing runs")
@Outcome(id = "cancelled, 1", expect = FORBIDDEN, desc = "a newer load runs for nobody")
@Outcome(id = "1, .*", expect = FORBIDDEN, desc = "it got the older value")
@State
public class TagAndLeaveRace {
  static final String TAG = "tag";

  final CompletableFuture<Integer> answer = new CompletableFuture<>();
  final CoalescingCache<String, Integer> cache = cache();
  final FetchHandle<Integer> before = cache.getOrFetch(KEY, this::older);
  CompletableFuture<Integer> after;

  public TagAndLeaveRace() {
    cache.invalidateTag(TAG);
    after = cache.getOrFetch(KEY, (key, context) -> new CompletableFuture<>());
  }

  private CompletableFuture<Integer> older(String key, FetchContext context) {
    context.tag(TAG);
    return answer;
  }

  @Actor
  public void complete() {
    answer.complete(1);
  }

  @Actor
  public void leave() {
    after.cancel(true);
  }

  @Arbiter
  public void look(LI_Result r) {
    r.r1 = endOf(after);
    r.r2 = cache.inFlightCount();
  }

  /** Ends a stage that depends on the handle, and so leaves neither load. */
  @JCStressTest
  @Outcome(id = "cancelled, 0", expect = ACCEPTABLE, desc = "it left, and nothing runs")
  @Outcome(id = "cancelled, 1", expect = FORBIDDEN, desc = "a newer load runs for nobody")
  @State
  public static class Broken extends TagAndLeaveRace {
    public Broken() {
      after = after.thenApply(value -> value);
    }

    @Override
    @Actor
    public void complete() {
      super.complete();
    }

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Arbiter
    public void look(LI_Result r) {
      super.look(r);
    }
  }
}
