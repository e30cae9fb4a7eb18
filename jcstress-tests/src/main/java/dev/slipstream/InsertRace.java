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
 * G2: somebody looks at the key while a flight inserts its value. Whatever way the value is seen,
 * its insert callback has run; and who is told the value finds it in the cache.
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
public class InsertRace {
  private final CoalescingCache<String, int[]> cache =
      settings().<String, int[]>onInsert(InsertRace::mark).build();
  private final CompletableFuture<int[]> answer = new CompletableFuture<>();
  private final FetchHandle<int[]> handle = cache.getOrFetch(KEY, (key, context) -> answer);

  private static int[] mark(String key, int[] value, int[] current) {
    value[0] = 1;
    return value;
  }

  @Actor
  public void complete() {
    answer.complete(new int[1]);
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
