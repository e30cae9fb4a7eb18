package dev.slipstream.ledger;

import static dev.slipstream.ledger.Parties.A;
import static dev.slipstream.ledger.Parties.B;
import static dev.slipstream.ledger.Parties.KEEP;
import static dev.slipstream.ledger.Parties.KEY;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A node adopts a value from the ledger and stores it, unless it was fenced meanwhile, while
 * another invalidates the key. The delivery fences and removes, so whatever the order, nothing is
 * stored at the end.
 *
 * <p>Run it with {@code java -jar jcstress-tests/target/jcstress.jar -t 'DeliverAndStoreRace$'}.
 */
@JCStressTest
@Outcome(id = "Value, null", expect = ACCEPTABLE, desc = "adopted, then removed or not stored")
@Outcome(id = "Acquired, null", expect = ACCEPTABLE, desc = "invalidated first")
@Outcome(expect = FORBIDDEN, desc = "what was invalidated is stored")
@State
public class DeliverAndStoreRace {
  private final FetchLedger<String, Integer> ledger = Parties.ledger();
  private final Node node = new Node(ledger);

  @Actor
  public void adopt(LL_Result r) {
    r.r1 = node.joinAndStore();
  }

  @Actor
  public void invalidate() {
    var unused = ledger.invalidate(B, KEY);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r2 = node.stored;
  }

  /** A node's store of one key, and the flight that is under way. */
  static final class Node implements FeedListener<String> {
    private final FetchLedger<String, Integer> ledger;

    /** Guarded by this, as is whether the flight under way is fenced. */
    private Integer stored;

    private boolean fenced;

    Node(FetchLedger<String, Integer> ledger) {
      this.ledger = ledger;
      var unused = ledger.put(A, KEY, 1, KEEP);
      LedgerFeed feed = ledger.listen(A.node(), this);
    }

    /** Wins its slot before it asks the ledger; stores unless it was fenced since. */
    String joinAndStore() {
      synchronized (this) {
        fenced = false;
      }
      JoinResult<String, Integer> joined = Parties.join(ledger, A);
      if (joined instanceof JoinResult.Value<String, Integer> value) {
        store(value.value());
      }
      return Parties.name(joined);
    }

    private synchronized void store(Integer value) {
      if (!fenced) {
        stored = value;
      }
    }

    @Override
    public synchronized void invalidated(String key) {
      fenced = true;
      stored = null;
    }

    @Override
    public void invalidatedAll() {}

    @Override
    public void changed(String key) {}

    @Override
    public void attached(boolean missedNothing) {}

    @Override
    public void detached() {}
  }

  /** With an invalidation that is delivered before the record is dropped. */
  @JCStressTest
  @Outcome(id = "Value, null", expect = ACCEPTABLE, desc = "adopted, then removed or not stored")
  @Outcome(id = "Acquired, null", expect = ACCEPTABLE, desc = "invalidated first")
  @Outcome(expect = FORBIDDEN, desc = "what was invalidated is stored")
  @State
  public static class Broken {
    private final FetchLedger<String, Integer> ledger = Parties.ledger();
    private final Node node = new Node(ledger);

    @Actor
    public void adopt(LL_Result r) {
      r.r1 = node.joinAndStore();
    }

    @Actor
    public void invalidate() {
      node.invalidated(KEY); // not: after it was dropped
      var unused = ledger.invalidate(A, KEY);
    }

    @Arbiter
    public void look(LL_Result r) {
      r.r2 = node.stored;
    }
  }
}
