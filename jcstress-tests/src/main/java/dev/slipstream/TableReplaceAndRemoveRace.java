package dev.slipstream;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A slot that is alone in its bucket is replaced while it is removed. A removal means one slot: it
 * does not take its successor away.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableReplaceAndRemoveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "true, there",
    expect = ACCEPTABLE,
    desc = "it was replaced: there was nothing left to remove")
@Outcome(
    id = "false, gone",
    expect = ACCEPTABLE,
    desc = "it was removed: there was nothing left to replace")
@Outcome(id = "true, gone", expect = FORBIDDEN, desc = "the removal has taken the successor away")
@Outcome(id = "false, there", expect = FORBIDDEN, desc = "it was neither replaced nor removed")
@State
public class TableReplaceAndRemoveRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> old = slots.add(0);

  @Actor
  public void replace(LL_Result r) {
    r.r1 = slots.table.replace(old, new Slot<>(0));
  }

  @Actor
  public void remove() {
    slots.table.remove(old);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r2 = slots.sight(0);
  }

  /** Empties the bucket without a compare-and-set. */
  @JCStressTest
  @State
  public static class Broken extends TableReplaceAndRemoveRace {
    @Override
    @Actor
    public void replace(LL_Result r) {
      super.replace(r);
    }

    @Override
    @Actor
    public void remove() {
      Slot<Integer, Integer>[] buckets = Steps.buckets(slots.table);
      if (buckets[0] == old) {
        buckets[0] = null; // not: by a compare-and-set
      }
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
