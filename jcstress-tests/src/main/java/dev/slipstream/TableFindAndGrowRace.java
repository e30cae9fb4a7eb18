package dev.slipstream;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A key is looked for while its segment grows and relinks its slots. A search that found nothing
 * notices it and searches again.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableFindAndGrowRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "there", expect = ACCEPTABLE, desc = "the slot is found")
@Outcome(id = "missed", expect = FORBIDDEN, desc = "the slot is in the table and was not found")
@State
public class TableFindAndGrowRace {
  final Slots slots = new Slots();
  final int oldest = slots.fill();

  @Actor
  public void grow() {
    slots.grow();
  }

  @Actor
  public void find(L_Result r) {
    r.r1 = find() == null ? "missed" : "there";
  }

  Slot<Integer, Integer> find() {
    return slots.table.find(oldest);
  }

  /** Takes what the first search brings. */
  @JCStressTest
  @State
  public static class Broken extends TableFindAndGrowRace {
    @Override
    @Actor
    public void grow() {
      super.grow();
    }

    @Override
    @Actor
    public void find(L_Result r) {
      super.find(r);
    }

    @Override
    Slot<Integer, Integer> find() {
      Slot<Integer, Integer> slot = Steps.buckets(slots.table)[0];
      while (slot != null && !slot.isOf(oldest, Slot.hash(oldest))) {
        slot = slot.next;
      }
      return slot; // not: unless slots are being relinked
    }
  }
}
