package dev.slipstream;

import static dev.slipstream.Scene.KEY;
import static dev.slipstream.Scene.endOf;
import static dev.slipstream.Scene.flightOf;
import static dev.slipstream.Scene.settings;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A loader brings a value that is not to be stored while the last caller leaves: either the caller
 * has the value, or the discard listener is notified of it, once.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'DiscardRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the caller has the value: the cancel was late")
@Outcome(id = "cancelled, 1", expect = ACCEPTABLE, desc = "the caller left, the value is discarded")
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "the caller has a value that was discarded")
@Outcome(id = "cancelled, 0", expect = FORBIDDEN, desc = "nobody was notified of the value")
@Outcome(id = ".*, 2", expect = FORBIDDEN, desc = "the value was discarded twice")
@State
public class DiscardRace {
  final AtomicInteger discards = new AtomicInteger();
  final CompletableFuture<Integer> answer = new CompletableFuture<>();
  final CoalescingCache<String, Integer> cache;
  final FetchHandle<Integer> handle;

  public DiscardRace() {
    this(true);
  }

  private DiscardRace(boolean listens) {
    cache = listens ? settings().discardListener(this::discarded).build() : settings().build();
    handle = cache.getOrFetch(KEY, this::load);
  }

  private void discarded(Object key, Object value) {
    discards.incrementAndGet();
  }

  /** Returns a stage that takes no cancel: its value reaches the cache in any case. */
  private CompletionStage<Integer> load(String key, FetchContext context) {
    context.doNotStore();
    return answer.minimalCompletionStage();
  }

  @Actor
  public void leave() {
    handle.cancel(true);
  }

  @Actor
  public void complete() {
    answer.complete(1);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = endOf(handle);
    r.r2 = discards.get();
  }

  /** Looks whether anybody waits, where the completion of the handle has to decide. */
  @JCStressTest
  @State
  public static class Broken extends DiscardRace {
    private final Flight<String, Integer> flight;

    public Broken() {
      super(false);
      flight = flightOf(cache);
    }

    @Override
    @Actor
    public void leave() {
      super.leave();
    }

    @Override
    @Actor
    public void complete() {
      if (flight.awaiting() == 0) {
        discards.incrementAndGet();
      }
      super.complete();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
