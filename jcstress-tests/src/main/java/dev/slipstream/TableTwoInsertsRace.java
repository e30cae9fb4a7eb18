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
 * Two slots are inserted for one key, into a bucket that is not empty. To see that the key has none
 * and to insert one is a single step.
 *
 * <pre>{@code
 * cd jcstress-tests/target && java -jar jcstress.jar -v -t 'TableTwoInsertsRace$'
 * }</pre>
 */
@JCStressTest
@Outcome(
    id = {"true, false, 2", "false, true, 2"},
    expect = ACCEPTABLE,
    desc = "one of the two is in the table")
@Outcome(id = "true, true, 3", expect = FORBIDDEN, desc = "the key has two slots")
@State
public class TableTwoInsertsRace {
  final Slots slots = new Slots();
  final Slot<Integer, Integer> other = slots.add(0);

  @Actor
  public void insert(LLL_Result r) {
    r.r1 = insert();
  }

  @Actor
  public void insertToo(LLL_Result r) {
    r.r2 = insert();
  }

  boolean insert() {
    return slots.table.insert(new Slot<>(SAME_BUCKET));
  }

  @Arbiter
  public void look(LLL_Result r) {
    r.r3 = slots.table.slots().size();
  }

  /** Looks for the key, and inserts in another step. */
  @JCStressTest
  @State
  public static class Broken extends TableTwoInsertsRace {
    @Override
    @Actor
    public void insert(LLL_Result r) {
      super.insert(r);
    }

    @Override
    @Actor
    public void insertToo(LLL_Result r) {
      super.insertToo(r);
    }

    @Override
    boolean insert() {
      if (slots.table.find(SAME_BUCKET) != null) { // not: where nothing is inserted in between
        return false;
      }
      Slot<Integer, Integer> fresh = new Slot<>(SAME_BUCKET);
      Slot<Integer, Integer>[] buckets = Steps.buckets(slots.table);
      do {
        fresh.next = buckets[0];
      } while (!Steps.replaceBucket(buckets, 0, fresh.next, fresh));
      return true;
    }

    @Override
    @Arbiter
    public void look(LLL_Result r) {
      super.look(r);
    }
  }
}
