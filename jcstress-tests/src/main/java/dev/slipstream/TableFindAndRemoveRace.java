package dev.slipstream;

import static dev.slipstream.Slots.SAME_BUCKET;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A key is looked for while a slot in front of its own is removed. The slot that is removed still
 * leads on.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableFindAndRemoveRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "there", expect = ACCEPTABLE, desc = "the slot is found")
@Outcome(id = "missed", expect = FORBIDDEN, desc = "the slot is in the table and was not found")
@State
public class TableFindAndRemoveRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> last = slots.add(0);
  final Slot<Integer, Integer> second = slots.add(SAME_BUCKET);
  final Slot<Integer, Integer> first = slots.add(2 * SAME_BUCKET);

  @Actor
  public void find(L_Result r) {
    r.r1 = slots.table.find(0) == null ? "missed" : "there";
  }

  @Actor
  public void remove() {
    slots.table.remove(second);
  }

  /** Clears the link of the slot that is removed. */
  @JCStressTest
  @State
  public static class Broken extends TableFindAndRemoveRace {
    @Override
    @Actor
    public void find(L_Result r) {
      super.find(r);
    }

    @Override
    @Actor
    public void remove() {
      Slot<Integer, Integer> following = second.next;
      second.next = null; // not: stays as it is
      first.next = following;
    }
  }
}
