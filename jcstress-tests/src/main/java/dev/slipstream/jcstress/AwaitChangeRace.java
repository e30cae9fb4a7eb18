package dev.slipstream.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.ChangeSubscription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A tick wakes a thread and completes a future that begin to wait at that moment. */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both were woken")
@Outcome(expect = FORBIDDEN, desc = "the tick was missed")
@State
public class AwaitChangeRace {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private final ChangeSubscription subscription = hub.subscribe("key");
  private CompletableFuture<Long> future;

  @Actor
  public void await(ZZ_Result r) {
    future = subscription.nextChange();
    try {
      r.r1 = subscription.awaitChange(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
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
}
