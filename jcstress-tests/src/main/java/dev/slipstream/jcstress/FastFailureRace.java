package dev.slipstream.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.slipstream.watch.ChangeHub;
import dev.slipstream.watch.KeyAwaiter;
import dev.slipstream.watch.KeyState;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * A fetch that fails at once, and is ticked between its claim and its start, is caught by who waits
 * on the idle key, though another tick makes that look at the same time.
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "the failure was caught")
@Outcome(id = "false", expect = FORBIDDEN, desc = "the failure slipped by")
@State
public class FastFailureRace {
  private final ChangeHub<String> hub = new ChangeHub<>(Runnable::run);
  private volatile KeyState<String> state = new KeyState.Idle<>();
  private final CompletableFuture<dev.slipstream.latch.Outcome<String>> future =
      KeyAwaiter.<String, String>over(key -> state)
          .hub(hub)
          .executor(Runnable::run)
          .build()
          .awaitOutcome("key");

  @Actor
  public void fail() {
    CompletableFuture<dev.slipstream.latch.Outcome<String>> flight = new CompletableFuture<>();
    state = new KeyState.InFlight<>(flight);
    hub.notify("key");
    state = new KeyState.Idle<>();
    flight.complete(new dev.slipstream.latch.Outcome.Abandoned<>());
    hub.notify("key");
  }

  @Actor
  public void tick() {
    hub.notify("key");
  }

  @Arbiter
  public void look(Z_Result r) {
    r.r1 = future.isDone();
  }
}
