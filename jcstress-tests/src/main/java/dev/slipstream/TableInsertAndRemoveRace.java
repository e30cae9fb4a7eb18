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
 * A slot that is alone in its bucket is removed while another is inserted in front of it. One of
 * the two compare-and-sets fails and looks again: the new slot is not lost.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableInsertAndRemoveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "gone, there",
    expect = ACCEPTABLE,
    desc = "the old slot is gone, the new one is there")
@Outcome(id = "gone, gone", expect = FORBIDDEN, desc = "the new slot is lost")
@Outcome(
    id = {"there, there", "there, gone"},
    expect = FORBIDDEN,
    desc = "the old slot is still there")
@State
public class TableInsertAndRemoveRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> old = slots.add(0);

  @Actor
  public void remove() {
    slots.table.remove(old);
  }

  @Actor
  public void insert() {
    slots.add(SAME_BUCKET);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = slots.sight(0);
    r.r2 = slots.sight(SAME_BUCKET);
  }

  /** Empties the bucket without a compare-and-set. */
  @JCStressTest
  @State
  public static class Broken extends TableInsertAndRemoveRace {
    @Override
    @Actor
    public void remove() {
      Slot<Integer, Integer>[] buckets = Steps.buckets(slots.table);
      if (buckets[0] == old) {
        buckets[0] = null; // not: by a compare-and-set
      } else {
        super.remove();
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
