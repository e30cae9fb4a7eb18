package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.pause;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.internal.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A caller joins a flight whose soft timeout comes. It gets the expired value: it is taken off the
 * flight, or sees that this is overdue.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'SoftTimeoutAndJoinRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, STALE", expect = ACCEPTABLE, desc = "the caller got the expired value")
@Outcome(expect = FORBIDDEN, desc = "the caller waits")
@State
public class SoftTimeoutAndJoinRace {
  private static final long TTL = 100;

  private long now;
  final Job job = new Job();
  final CoalescingCache<String, Integer> cache =
      settings()
          .ticker(() -> now)
          .timer(SoftTimeoutAndJoinRace::runAtOnce)
          .expireAfterWrite(Duration.ofNanos(TTL))
          .staleIfError(Duration.ofHours(1))
          .softTimeout(Duration.ofHours(1))
          .build();

  private FetchHandle<Integer> joiner;

  public SoftTimeoutAndJoinRace() {
    cache.put(KEY, 1);
    now = TTL;
    var unused = cache.getOrFetch(KEY, job);
  }

  /** Runs what is to run at once, and forgets what is to run later. */
  private static Timer.Handle runAtOnce(Runnable task, long delay, TimeUnit unit) {
    if (delay == 0) {
      task.run();
    }
    return () -> {};
  }

  FetchHandle<Integer> ask() {
    return cache.getOrFetch(KEY, job);
  }

  @Actor
  public void timeout() {
    new SoftTimeout<>(flightOf(cache), 0).run();
  }

  @Actor
  public void join() {
    joiner = ask();
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = endOf(joiner);
    r.r2 = joiner.origin();
  }

  /** Looks whether the flight is overdue before it joins, and not again. */
  @JCStressTest
  @State
  public static class Broken extends SoftTimeoutAndJoinRace {
    @Override
    FetchHandle<Integer> ask() {
      Flight<String, Integer> flight = flightOf(cache);
      if (flight.isOverdue()) {
        return cache.getOrFetch(KEY, job);
      }
      pause();
      return Scene.join(flight);
    }

    @Override
    @Actor
    public void timeout() {
      super.timeout();
    }

    @Override
    @Actor
    public void join() {
      super.join();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
