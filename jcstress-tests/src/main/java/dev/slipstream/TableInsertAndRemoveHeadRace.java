package dev.slipstream;

import static dev.slipstream.Slots.SAME_BUCKET;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The first of two slots in a bucket is removed while another is inserted in front of it. One of
 * the two compare-and-sets fails and looks again: the new slot is not lost, and the one behind
 * stays.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableInsertAndRemoveHeadRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "gone, there, there",
    expect = ACCEPTABLE,
    desc = "the first is gone, the new one and the one behind are there")
@Outcome(id = "gone, gone, .*", expect = FORBIDDEN, desc = "the new slot is lost")
@Outcome(id = "there, .*, .*", expect = FORBIDDEN, desc = "the first is still there")
@Outcome(id = ".*, .*, gone", expect = FORBIDDEN, desc = "the one behind is lost")
@State
public class TableInsertAndRemoveHeadRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> behind = slots.add(0);
  final Slot<Integer, Integer> first = slots.add(SAME_BUCKET);

  @Actor
  public void remove() {
    slots.table.remove(first);
  }

  @Actor
  public void insert() {
    slots.add(2 * SAME_BUCKET);
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r1 = slots.sight(SAME_BUCKET);
    r.r2 = slots.sight(2 * SAME_BUCKET);
    r.r3 = slots.sight(0);
  }

  /** Sets the bucket without a compare-and-set. */
  @JCStressTest
  @State
  public static class Broken extends TableInsertAndRemoveHeadRace {
    @Override
    @Actor
    public void remove() {
      Slot<Integer, Integer>[] buckets = Steps.buckets(slots.table);
      if (buckets[0] == first) {
        buckets[0] = behind; // not: by a compare-and-set
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
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
