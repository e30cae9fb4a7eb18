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
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * The last subscription of a key is closed while another is made: the newcomer stays, and hears.
 */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the newcomer was told, and is tracked")
@Outcome(expect = FORBIDDEN, desc = "the newcomer was dropped with the last")
@State
public class LastCloseRace {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private final ChangeSubscription last = hub.subscribe("key");
  private ChangeSubscription newcomer;

  @Actor
  public void close() {
    last.close();
  }

  @Actor
  public void come() {
    newcomer = hub.subscribe("key");
  }

  @Arbiter
  public void look(ZI_Result r) {
    hub.notify("key");
    r.r1 = newcomer.hasChanged();
    r.r2 = hub.trackedKeys();
  }
}
