package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A caller hits an entry that is due while that expires, and reads it again; another fetches the
 * key when it has expired: there is one load, and the second caller never gets the old value.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'ExpiryAndRefreshRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "[12], 2, [12], 1",
    expect = ACCEPTABLE,
    desc = "one load, and the new value after it")
@Outcome(id = "[12], 2, null, 1", expect = ACCEPTABLE, desc = "read between expiry and store")
@Outcome(id = ".*, 1, .*, .*", expect = FORBIDDEN, desc = "an expired value was served")
@Outcome(id = ".*, 2", expect = FORBIDDEN, desc = "two loads")
@State
public class ExpiryAndRefreshRace {
  private static final long DUE_NANOS = 15;
  private static final long EXPIRED_NANOS = 22; // what is stored when it is due is fresh by then

  final AtomicLong clock = new AtomicLong();
  final AtomicInteger loads = new AtomicInteger();
  final CoalescingCache<String, Integer> cache =
      settings()
          .ticker(clock::get)
          .refreshAfterWrite(Duration.ofNanos(10))
          .expireAfterWrite(Duration.ofNanos(20))
          .build();
  FetchHandle<Integer> due;
  FetchHandle<Integer> late;
  Integer read;

  public ExpiryAndRefreshRace() {
    cache.put(KEY, 1);
    clock.set(DUE_NANOS);
  }

  final CompletableFuture<Integer> load(String key, FetchContext context) {
    loads.incrementAndGet();
    return CompletableFuture.completedFuture(2);
  }

  @Actor
  public void hit() {
    due = cache.getOrFetch(KEY, this::load);
    read = cache.getIfPresent(KEY);
  }

  @Actor
  public void expire() {
    clock.set(EXPIRED_NANOS);
    late = cache.getOrFetch(KEY, this::load);
  }

  @Arbiter
  public void look(LLLL_Result r) {
    r.r1 = endOf(due);
    r.r2 = endOf(late);
    r.r3 = read;
    r.r4 = loads.get();
  }

  /** Starts a refresh of what was seen to be due, without another look at it. */
  @JCStressTest
  @State
  public static class Broken extends ExpiryAndRefreshRace {
    @Override
    @Actor
    public void hit() {
      Integer seen = cache.getIfPresent(KEY);
      due = seen != null && seen == 1 ? cache.refresh(KEY, this::load) : late();
      read = cache.getIfPresent(KEY);
    }

    private FetchHandle<Integer> late() {
      return cache.getOrFetch(KEY, this::load);
    }

    @Override
    @Actor
    public void expire() {
      super.expire();
    }

    @Override
    @Arbiter
    public void look(LLLL_Result r) {
      super.look(r);
    }
  }
}
