package dev.slipstream.watch;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A tick wakes a thread, and completes a future, that start to wait at that moment.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'AwaitChangeRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the thread and the future were notified")
@Outcome(expect = FORBIDDEN, desc = "the tick was missed")
@State
public class AwaitChangeRace {
  final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  final ChangeSubscription subscription = hub.subscribe("key");
  CompletableFuture<Long> future;

  @Actor
  public void await(ZZ_Result r) {
    future = subscription.nextChange();
    try {
      r.r1 = subscription.awaitChange(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new IllegalStateException("no thread interrupts this one", e);
    }
  }

  @Actor
  public void tick() {
    hub.notify("key");
  }

  @Arbiter
  public void look(ZZ_Result r) {
    r.r2 = future.isDone();
  }

  /**
   * Looks first and registers afterwards, here with a future only. A tick between the two notifies
   * what was registered before it.
   */
  @JCStressTest
  @State
  public static class Broken extends AwaitChangeRace {
    private final ConcurrentLinkedQueue<CompletableFuture<Long>> waiting =
        new ConcurrentLinkedQueue<>();

    public Broken() {
      future = new CompletableFuture<>();
    }

    @Override
    @Actor
    public void await(ZZ_Result r) {
      r.r1 = true;
      if (subscription.hasChanged()) {
        future.complete(subscription.version());
      } else {
        waiting.add(future);
      }
    }

    @Override
    @Actor
    public void tick() {
      super.tick();
      for (CompletableFuture<Long> pending : waiting) {
        pending.complete(subscription.version());
      }
    }

    @Override
    @Arbiter
    public void look(ZZ_Result r) {
      super.look(r);
    }
  }
}
