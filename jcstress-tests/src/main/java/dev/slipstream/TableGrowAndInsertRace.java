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
 * While a segment grows, its longest list gets a slot for a key that has none, and none for a key
 * that has one. A search among slots that are being relinked can miss the one it is for; but growth
 * has replaced the head that the search began at, and so the insertion fails and looks again.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableGrowAndInsertRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = "false, there",
    expect = ACCEPTABLE,
    desc = "the key that has a slot gets no other, the new one is there")
@Outcome(id = "true, .*", expect = FORBIDDEN, desc = "a key has two slots")
@Outcome(id = "false, gone", expect = FORBIDDEN, desc = "what was inserted is lost")
@State
public class TableGrowAndInsertRace {
  private static final int NEW = 1_000 * SAME_BUCKET;

  final Slots slots = new Slots();
  final int oldest = slots.fill();

  @Actor
  public void grow() {
    slots.grow();
  }

  @Actor
  public void insert(LL_Result r) {
    r.r1 = slots.table.insert(new Slot<>(oldest));
    slots.add(NEW);
  }

  @Arbiter
  public void look(LL_Result r) {
    r.r2 = slots.sight(NEW);
  }

  /** Relinks the slots and leaves the buckets as they are. */
  @JCStressTest
  @State
  public static class Broken extends TableGrowAndInsertRace {
    @Override
    @Actor
    public void grow() {
      TableGrowAndChangeRace.Broken.growInPlace(slots);
    }

    @Override
    @Actor
    public void insert(LL_Result r) {
      super.insert(r);
    }

    @Override
    @Arbiter
    public void look(LL_Result r) {
      super.look(r);
    }
  }
}
