package dev.slipstream;

import static dev.slipstream.Slots.SAME_BUCKET;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A slot is replaced while another is inserted in front of it. One of the two compare-and-sets
 * fails and looks again: the insertion does not keep the replacement from its place.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableReplaceAndInsertRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "replaced, there", expect = ACCEPTABLE, desc = "both are in the table")
@Outcome(id = "replaced, gone", expect = FORBIDDEN, desc = "what was inserted is lost")
@Outcome(
    id = {"kept, there", "kept, gone"},
    expect = FORBIDDEN,
    desc = "a slot that is there was not replaced")
@State
public class TableReplaceAndInsertRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> old = slots.add(0);
  final Slot<Integer, Integer> successor = new Slot<>(0);

  @Actor
  public void replace() {
    slots.table.replace(old, successor);
  }

  @Actor
  public void insert() {
    slots.add(SAME_BUCKET);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = slots.table.find(0) == successor ? "replaced" : "kept";
    r.r2 = slots.sight(SAME_BUCKET);
  }

  /** Takes a head that has changed for one that is gone. */
  @JCStressTest
  @State
  public static class Broken extends TableReplaceAndInsertRace {
    @Override
    @Actor
    public void replace() {
      Slot<Integer, Integer>[] buckets = Steps.buckets(slots.table);
      if (buckets[0] == old) {
        Steps.replaceBucket(buckets, 0, old, successor); // not: and looks again if that fails
      } else {
        super.replace();
      }
    }

    @Override
    @Actor
    public void insert() {
      super.insert();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
