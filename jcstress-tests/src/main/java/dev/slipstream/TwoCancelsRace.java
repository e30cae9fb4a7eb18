package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.cache;
import static dev.slipstream.Scene.endOf;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * G3: one of two callers cancels its handle twice at once. It leaves once: the fetch goes on for
 * the other.
 */
@JCStressTest
@Outcome(
    id = "cancelled, 1, wanted",
    expect = ACCEPTABLE,
    desc = "one caller left once: the fetch went on for the other")
@Outcome(
    id = "cancelled, pending, abandoned",
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
}
