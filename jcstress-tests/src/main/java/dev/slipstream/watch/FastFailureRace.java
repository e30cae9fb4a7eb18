package dev.slipstream.watch;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * A fetch that fails at once, and is ticked between its claim and its start, is seen by an awaiter
 * of the idle key, even if another tick looks at the same time.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'FastFailureRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "the failure was seen")
@Outcome(id = "false", expect = FORBIDDEN, desc = "the failure was missed")
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

  /**
   * Serializes the looks: a tick during a look leaves the next look to the thread that is looking,
   * which can be too late.
   */
  @JCStressTest
  @JCStressMeta(FastFailureRace.class)
  @State
  public static class Broken {
    private final AtomicInteger ticks = new AtomicInteger();
    private volatile boolean inFlight;
    private volatile boolean attached;

    @Actor
    public void fail() {
      inFlight = true;
      ticked();
      inFlight = false;
      ticked();
    }

    @Actor
    public void tick() {
      ticked();
    }

    @Arbiter
    public void look(Z_Result r) {
      r.r1 = attached;
    }

    private void ticked() {
      if (ticks.getAndIncrement() == 0) {
        int done;
        do {
          done = ticks.get();
          look();
        } while (ticks.addAndGet(-done) != 0);
      }
    }

    private void look() {
      if (inFlight) {
        attached = true;
      }
    }
  }
}
