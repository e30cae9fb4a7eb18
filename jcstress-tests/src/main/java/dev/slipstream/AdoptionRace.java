package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.inside;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.github.benmanes.caffeine.cache.Expiry;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * G10: a key is invalidated while a newcomer, which missed L1 before its value was there, claims
 * the slot and adopts the value. A caller that starts after the invalidation does not join the
 * adopter.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'AdoptionRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "the newcomer came after the invalidation")
@Outcome(
    id = "2, 1",
    expect = ACCEPTABLE,
    desc = "the newcomer came before it, adopted the old value, and was not joined any more")
@Outcome(
    id = "1, 1",
    expect = FORBIDDEN,
    desc = "a caller after the invalidation joined the flight that had adopted the old value")
@State
public class AdoptionRace {
  final CoalescingCache<String, Integer> cache =
      settings().<String, Integer>expireAfter(new SlowRead()).build();
  final CacheCore<String, Integer> core = inside(cache).core;
  final Job job = new Job();
  FetchHandle<Integer> newcomer;
  FetchHandle<Integer> after;

  public AdoptionRace() {
    cache.put(KEY, 1);
    job.answer.complete(2);
  }

  /** Takes its time between the adopter's look at the old value and its adoption. */
  private static final class SlowRead implements Expiry<String, Integer> {
    @Override
    public long expireAfterCreate(String key, Integer value, long now) {
      return Long.MAX_VALUE;
    }

    @Override
    public long expireAfterUpdate(String key, Integer value, long now, long left) {
      return left;
    }

    @Override
    public long expireAfterRead(String key, Integer value, long now, long left) {
      for (int i = 0; i < 4; i++) {
        pause();
      }
      return left;
    }
  }

  @Actor
  public void adopt() {
    newcomer =
        inside(cache).flights.fetch(KEY, job); // not through the cache: it has missed L1 already
  }

  @Actor
  public void invalidate() {
    cache.invalidate(KEY);
    after = cache.getOrFetch(KEY, job);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = endOf(after);
    r.r2 = endOf(newcomer);
  }

  /**
   * Fences only before the removal: a newcomer between the two adopts the value that is about to be
   * removed, and is joined.
   */
  @JCStressTest
  @State
  public static class Broken extends AdoptionRace {
    @Override
    @Actor
    public void adopt() {
      super.adopt();
    }

    @Override
    @Actor
    public void invalidate() {
      Slot<String, Integer> slot = core.registry.find(KEY);
      if (slot != null) {
        Flight.in(slot).fence();
      }
      pause();
      core.l1().map().remove(KEY); // not: before a second fence
      after = cache.getOrFetch(KEY, job);
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
