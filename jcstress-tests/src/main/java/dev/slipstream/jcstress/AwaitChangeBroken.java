package dev.slipstream.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.ChangeSubscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * {@link AwaitChangeRace}, with a wait that looks first and enlists afterwards. A tick between the
 * two has woken all who were enlisted.
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "the future was completed")
@Outcome(expect = FORBIDDEN, desc = "the tick was missed")
@State
public class AwaitChangeBroken {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private final ChangeSubscription subscription = hub.subscribe("key");
  private final ConcurrentLinkedQueue<CompletableFuture<Long>> waiting =
      new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Long> future = new CompletableFuture<>();

  @Actor
  public void await() {
    if (subscription.hasChanged()) {
      future.complete(subscription.version());
    } else {
      waiting.add(future);
    }
  }

  @Actor
  public void tick() {
    hub.notify("key");
    for (CompletableFuture<Long> pending : waiting) {
      pending.complete(subscription.version());
    }
  }

  @Arbiter
  public void look(Z_Result r) {
    r.r1 = future.isDone();
  }
}
