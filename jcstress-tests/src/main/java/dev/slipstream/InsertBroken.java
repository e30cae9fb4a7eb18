package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * {@link InsertRace}, with the insert callback as something that is told of the value: as a
 * continuation, once the value is cached.
 */
@JCStressTest
@Outcome(id = "unseen, unseen", expect = ACCEPTABLE, desc = "nothing is to be seen yet")
@Outcome(
    id = "unseen, inserted",
    expect = ACCEPTABLE,
    desc = "the value is cached, and its caller is told next")
@Outcome(id = "inserted, inserted", expect = ACCEPTABLE, desc = "the caller has the value")
@Outcome(
    id = "inserted, unseen",
    expect = FORBIDDEN,
    desc = "the caller was told before the value was cached")
@Outcome(
    id = {"raw, raw", "raw, inserted"},
    expect = FORBIDDEN,
    desc = "a value is seen whose insert callback has not run")
@Outcome(
    id = "unseen, raw",
    expect = FORBIDDEN,
    desc = "a value is cached whose insert callback has not run")
@State
public class InsertBroken {
  private final CoalescingCache<String, int[]> cache = settings().build();
  private final CompletableFuture<int[]> answer = new CompletableFuture<>();
  private final FetchHandle<int[]> handle = cache.getOrFetch(KEY, (key, context) -> answer);

  @Actor
  public void complete() {
    int[] value = new int[1];
    answer.complete(value);
    value[0] = 1; // not: before it is published
  }

  @Actor
  public void look(LL_Result r) {
    r.r1 = sight(handle.getNow(null));
    r.r2 = sight(cache.getIfPresent(KEY));
  }

  private static String sight(int[] value) {
    return value == null ? "unseen" : value[0] == 1 ? "inserted" : "raw";
  }
}
