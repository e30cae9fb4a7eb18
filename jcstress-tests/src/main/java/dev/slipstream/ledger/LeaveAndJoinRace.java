package dev.slipstream.ledger;

import static dev.slipstream.ledger.Parties.A;
import static dev.slipstream.ledger.Parties.B;
import static dev.slipstream.ledger.Parties.NEWEST;
import static dev.slipstream.ledger.Parties.acquire;
import static dev.slipstream.ledger.Parties.name;
import static dev.slipstream.ledger.Parties.value;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The only party of a fetch leaves while another joins. Either the newcomer is in time, and the
 * fetch runs on for it; or the fetch is given up, and the newcomer runs one of its own.
 *
 * <p>Run it with {@code java -jar jcstress-tests/target/jcstress.jar -t 'LeaveAndJoinRace$'}.
 */
@JCStressTest
@Outcome(id = "RunOn, Held, Held", expect = ACCEPTABLE, desc = "the newcomer was in time")
@Outcome(id = "GivenUp, Acquired, Held", expect = ACCEPTABLE, desc = "it runs a fetch of its own")
@Outcome(expect = FORBIDDEN, desc = "the newcomer waits for a fetch that was given up")
@State
public class LeaveAndJoinRace {
  private final FetchLedger<String, Integer> ledger = Parties.ledger();
  private final Lease<String> lease = acquire(ledger, A);

  @Actor
  public void leave(LLL_Result r) {
    r.r1 = name(value(ledger.leave(A, lease.id())));
  }

  @Actor
  public void join(LLL_Result r) {
    r.r2 = name(Parties.join(ledger, B));
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r3 = name(value(ledger.look(B, NEWEST)));
  }

  /** With a leave that counts first and gives up afterwards. */
  @JCStressTest
  @Outcome(id = "RunOn, Held, Held", expect = ACCEPTABLE, desc = "the newcomer was in time")
  @Outcome(id = "GivenUp, Acquired, Held", expect = ACCEPTABLE, desc = "it runs a fetch of its own")
  @Outcome(expect = FORBIDDEN, desc = "the newcomer waits for a fetch that was given up")
  @State
  public static class Broken {
    private final FetchLedger<String, Integer> ledger = Parties.ledger();
    private final Lease<String> lease = acquire(ledger, A);

    @Actor
    public void leave(LLL_Result r) {
      if (value(ledger.grantsOf(lease.id())).size() > 1) {
        r.r1 = name(value(ledger.leave(A, lease.id())));
      } else { // not: in the same step
        var unused = ledger.invalidate(A, Parties.KEY);
        r.r1 = "GivenUp";
      }
    }

    @Actor
    public void join(LLL_Result r) {
      r.r2 = name(Parties.join(ledger, B));
    }

    @Arbiter
    public void look(LLL_Result r) {
      r.r3 = name(value(ledger.look(B, NEWEST)));
    }
  }
}
