package dev.slipstream;

import static dev.slipstream.Slots.NEXT_BUCKET;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * While a segment grows, a slot is inserted into an empty bucket and one is removed that is alone
 * in its own. Growth replaces each bucket of the old array, so that both fail there and go to the
 * new one.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableGrowAndChangeRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "there, gone",
    expect = ACCEPTABLE,
    desc = "the one is inserted and the other is removed")
@Outcome(
    id = {"gone, gone", "gone, there"},
    expect = FORBIDDEN,
    desc = "what was inserted is lost")
@Outcome(id = "there, there", expect = FORBIDDEN, desc = "what was removed is back")
@State
public class TableGrowAndChangeRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> old = slots.add(NEXT_BUCKET);
  final int oldest = slots.fill();

  @Actor
  public void grow() {
    slots.grow();
  }

  @Actor
  public void change() {
    slots.add(2 * NEXT_BUCKET);
    slots.table.remove(old);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = slots.sight(2 * NEXT_BUCKET);
    r.r2 = slots.sight(NEXT_BUCKET);
  }

  /** Copies the buckets and leaves them as they are. */
  @JCStressTest
  @State
  public static class Broken extends TableGrowAndChangeRace {
    @Override
    @Actor
    public void grow() {
      growInPlace(slots);
    }

    @Override
    @Actor
    public void change() {
      super.change();
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }

    /** Grows a segment. */
    @SuppressWarnings("unchecked") // an array of a generic type
    static void growInPlace(Slots slots) {
      synchronized (Steps.segment(slots.table)) {
        Slot<Integer, Integer>[] old = Steps.buckets(slots.table);
        Slot<Integer, Integer>[] larger = new Slot[2 * old.length];
        for (Slot<Integer, Integer> head : old) { // not: and replaces it
          for (Slot<Integer, Integer> slot = head; slot != null; ) {
            Slot<Integer, Integer> following = slot.next;
            int index = slot.hash / NEXT_BUCKET % larger.length;
            slot.next = larger[index];
            larger[index] = slot;
            slot = following;
          }
        }
        Steps.setBuckets(slots.table, larger);
      }
    }
  }
}
