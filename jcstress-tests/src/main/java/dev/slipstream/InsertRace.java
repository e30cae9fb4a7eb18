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
 * G2: a caller looks at the key while a flight inserts its value. However the value is seen, its
 * insert callback has run; and a caller that has received the value finds it in the cache.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'InsertRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "unseen, unseen", expect = ACCEPTABLE, desc = "there is no value yet")
@Outcome(
    id = "unseen, inserted",
    expect = ACCEPTABLE,
    desc = "the value is cached, and its caller will be notified next")
@Outcome(id = "inserted, inserted", expect = ACCEPTABLE, desc = "the caller has the value")
@Outcome(
    id = "inserted, unseen",
    expect = FORBIDDEN,
    desc = "the caller was notified before the value was cached")
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
  final CoalescingCache<String, int[]> cache;
  final CompletableFuture<int[]> answer = new CompletableFuture<>();
  final FetchHandle<int[]> handle;

  public InsertRace() {
    this(settings().<String, int[]>onInsert(InsertRace::mark).build());
  }

  private InsertRace(CoalescingCache<String, int[]> cache) {
    this.cache = cache;
    handle = cache.getOrFetch(KEY, (key, context) -> answer);
  }

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

  /** Runs the insert callback as a continuation, once the value is cached. */
  @JCStressTest
  @State
  public static class Broken extends InsertRace {
    public Broken() {
      super(settings().build());
    }

    @Override
    @Actor
    public void complete() {
      int[] value = new int[1];
      answer.complete(value);
      value[0] = 1; // not: before it is published
    }

    @Override
    @Actor
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
