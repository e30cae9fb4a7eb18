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
 * Two slots that are neighbours in a bucket are removed at the same time. The changes of a list
 * exclude each other.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableTwoRemovesRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(id = "gone, gone", expect = ACCEPTABLE, desc = "both are gone")
@Outcome(
    id = {"gone, there", "there, gone", "there, there"},
    expect = FORBIDDEN,
    desc = "one of them is back")
@State
public class TableTwoRemovesRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> last = slots.add(0);
  final Slot<Integer, Integer> third = slots.add(SAME_BUCKET);
  final Slot<Integer, Integer> second = slots.add(2 * SAME_BUCKET);
  final Slot<Integer, Integer> first = slots.add(3 * SAME_BUCKET);

  @Actor
  public void remove() {
    remove(second);
  }

  @Actor
  public void removeToo() {
    remove(third);
  }

  void remove(Slot<Integer, Integer> slot) {
    slots.table.remove(slot);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r1 = slots.sight(2 * SAME_BUCKET);
    r.r2 = slots.sight(SAME_BUCKET);
  }

  /** Unlinks without the segment's monitor: one of them links what it has read before. */
  @JCStressTest
  @State
  public static class Broken extends TableTwoRemovesRace {
    @Override
    @Actor
    public void remove() {
      super.remove();
    }

    @Override
    @Actor
    public void removeToo() {
      super.removeToo();
    }

    @Override
    void remove(Slot<Integer, Integer> slot) {
      Slot<Integer, Integer> before = first;
      for (Slot<Integer, Integer> next = before.next; next != slot; next = next.next) {
        before = next;
      }
      before.next = slot.next; // not: under the monitor
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
