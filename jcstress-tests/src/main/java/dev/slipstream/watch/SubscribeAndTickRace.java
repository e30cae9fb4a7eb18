package dev.slipstream.watch;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * A thread that subscribes before it reads misses no change: the read sees it, or the subscription
 * has changed.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'SubscribeAndTickRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "1, true", expect = ACCEPTABLE, desc = "the change was read, and ticked too")
@Outcome(id = "1, false", expect = ACCEPTABLE, desc = "the change came before the subscription")
@Outcome(id = "0, true", expect = ACCEPTABLE, desc = "the change came after the read")
@Outcome(id = "0, false", expect = FORBIDDEN, desc = "the change was missed")
@State
public class SubscribeAndTickRace {
  final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  volatile int value;
  ChangeSubscription subscription;

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

  /** The obvious order: read, then subscribe. A change between the two is missed. */
  @JCStressTest
  @State
  public static class Broken extends SubscribeAndTickRace {
    @Override
    @Actor
    public void watch(IZ_Result r) {
      r.r1 = value;
      subscription = hub.subscribe("key");
    }

    @Override
    @Actor
    public void change() {
      super.change();
    }

    @Override
    @Arbiter
    public void look(IZ_Result r) {
      super.look(r);
    }
  }
}
