package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table grows with its slots, and with those that share a hash no further. */
class SlotTableTest {
  private static final int SLOTS = 10_000;

  private int growths;
  private final SlotTable<Object, String> table = new SlotTable<>(this::grow);

  private void grow(Runnable growth) {
    growths++;
    growth.run();
  }

  private List<Slot<Object, String>> inserted(List<?> keys) {
    List<Slot<Object, String>> slots =
        keys.stream().map(key -> new Slot<Object, String>(key)).toList();
    assertThat(slots).allMatch(table::insert);
    return slots;
  }

  @Test
  void mostSlotsAreAloneInTheirBuckets() {
    var slots = inserted(IntStream.range(0, SLOTS).mapToObj(i -> i * 0x9E3779B9).toList());

    assertThat(growths)
        .as("some 625 slots in each of 16 segments: from 8 buckets to 512, 1,024 or 2,048")
        .isBetween(16 * 6, 16 * 8);
    assertThat(slots).allMatch(slot -> table.find(slot.key) == slot);
    assertThat(slots).noneMatch(slot -> table.insert(new Slot<>(slot.key)));
    slots.forEach(table::remove);
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void slotsWithOneHashDoNotHaveItGrowOnAndOn() {
    var slots = inserted(IntStream.range(0, 1_000).mapToObj(OneHash::new).toList());

    assertThat(growths).as("to no more than 2,048 buckets").isBetween(1, 8);
    assertThat(slots).allMatch(slot -> table.find(slot.key) == slot);
    slots.forEach(table::remove);
    assertThat(table.isEmpty()).isTrue();
  }

  private record OneHash(int number) {
    @Override
    public int hashCode() {
      return 1;
    }
  }
}
