package dev.slipstream.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.ChangeSubscription;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * Who subscribes before it reads misses no change: the read sees it, or the subscription has
 * changed.
 */
@JCStressTest
@Outcome(id = "1, true", expect = ACCEPTABLE, desc = "the change was read, and ticked too")
@Outcome(id = "1, false", expect = ACCEPTABLE, desc = "the change came before the subscription")
@Outcome(id = "0, true", expect = ACCEPTABLE, desc = "the change came after the read")
@Outcome(id = "0, false", expect = FORBIDDEN, desc = "the change was missed")
@State
public class SubscribeAndTickRace {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private volatile int value;
  private ChangeSubscription subscription;

  @Actor
  public void watch(IZ_Result r) {
    subscription = hub.subscribe("key");
    r.r1 = value;
  }

  @Actor
  public void change() {
    value = 1;
    hub.notify("key");
  }

  @Arbiter
  public void look(IZ_Result r) {
    r.r2 = subscription.hasChanged();
  }
}
