package dev.slipstream.ledger;

import static dev.slipstream.ledger.Parties.A;
import static dev.slipstream.ledger.Parties.B;
import static dev.slipstream.ledger.Parties.C;
import static dev.slipstream.ledger.Parties.KEEP;
import static dev.slipstream.ledger.Parties.KEY;
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
 * A fetch completes while its key is invalidated. Whichever comes first, no caller that joins after
 * the invalidation gets the older value.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'CompleteAndInvalidateRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "Accepted, Acquired, Held", expect = ACCEPTABLE, desc = "completed, then dropped")
@Outcome(id = "Fenced, Acquired, Held", expect = ACCEPTABLE, desc = "dropped, then refused")
@Outcome(expect = FORBIDDEN, desc = "the older value came after the invalidation")
@State
public class CompleteAndInvalidateRace {
  private final FetchLedger<String, Integer> ledger = Parties.ledger();
  private final Lease<String> lease = acquire(ledger, A);

  @Actor
  public void complete(LLL_Result r) {
    r.r1 = name(value(ledger.complete(lease, new FetchEnd.Success<>(1), KEEP)));
  }

  @Actor
  public void invalidate(LLL_Result r) {
    var unused = ledger.invalidate(B, KEY);
    r.r2 = name(Parties.join(ledger, B));
  }

  @Arbiter
  public void join(LLL_Result r) {
    r.r3 = name(Parties.join(ledger, C));
  }

  /** With a completion that compares the token first and writes afterwards. */
  @JCStressTest
  @Outcome(id = "Accepted, Acquired, Held", expect = ACCEPTABLE, desc = "completed, then dropped")
  @Outcome(id = "Fenced, Acquired, Held", expect = ACCEPTABLE, desc = "dropped, then refused")
  @Outcome(expect = FORBIDDEN, desc = "the older value came after the invalidation")
  @State
  public static class Broken {
    private final FetchLedger<String, Integer> ledger = Parties.ledger();
    private final Lease<String> lease = acquire(ledger, A);

    @Actor
    public void complete(LLL_Result r) {
      Lease<String> current = value(ledger.lease(lease.id()));
      if (current != null && current.token() == lease.token()) { // not: in the same step
        var unused = ledger.put(A, KEY, 1, KEEP);
        r.r1 = "Accepted";
      } else {
        r.r1 = "Fenced";
      }
    }

    @Actor
    public void invalidate(LLL_Result r) {
      var unused = ledger.invalidate(B, KEY);
      r.r2 = name(Parties.join(ledger, B));
    }

    @Arbiter
    public void join(LLL_Result r) {
      r.r3 = name(Parties.join(ledger, C));
    }
  }
}
