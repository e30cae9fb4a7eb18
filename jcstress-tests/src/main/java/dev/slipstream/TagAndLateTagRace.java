package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * A load names a tag and ends while the tag is invalidated: its value is not stored, or removed;
 * its caller, which came before, gets it; and nothing is kept for the tag.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TagAndLateTagRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, null, 0", expect = ACCEPTABLE, desc = "delivered to the caller, and not cached")
@Outcome(id = ".*, 1, .*", expect = FORBIDDEN, desc = "the value has outlived its tag")
@Outcome(id = ".*, [1-9]", expect = FORBIDDEN, desc = "something is kept for the tag")
@State
public class TagAndLateTagRace {
  static final String TAG = "tag";

  final CompletableFuture<Integer> answer = new CompletableFuture<>();
  final CoalescingCache<String, Integer> cache = cache();
  final TagIndex<String> index = inside(cache).core.tags;
  volatile FetchContext context;
  final FetchHandle<Integer> handle = cache.getOrFetch(KEY, this::load);

  private CompletableFuture<Integer> load(String key, FetchContext context) {
    this.context = context;
    return answer;
  }

  @Actor
  public void load() {
    context.tag(TAG);
    answer.complete(1);
  }

  @Actor
  public void invalidate() {
    cache.invalidateTag(TAG);
  }

  @Arbiter
  public void look(LLI_Result r) {
    r.r1 = endOf(handle);
    r.r2 = cache.getIfPresent(KEY);
    r.r3 = index.linkedTags().size() + index.noted().size();
  }

  /** Removes what is there first, and notes the invalidation after that. */
  @JCStressTest
  @Outcome(id = "1, null, 0", expect = ACCEPTABLE, desc = "delivered to the caller, and not cached")
  @Outcome(id = ".*, 1, .*", expect = FORBIDDEN, desc = "the value has outlived its tag")
  @State
  public static class Broken extends TagAndLateTagRace {
    @Override
    @Actor
    public void load() {
      super.load();
    }

    @Override
    @Actor
    public void invalidate() {
      if (!index.linkedTags().isEmpty()) {
        cache.invalidate(KEY);
      }
      index.invalidate(TAG, (mark, key) -> {});
    }

    @Override
    @Arbiter
    public void look(LLI_Result r) {
      super.look(r);
      r.r3 = 0;
    }
  }
}
