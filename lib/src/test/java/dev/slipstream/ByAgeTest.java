package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of flights by age, as plain numbers. */
class ByAgeTest {
  private static List<Integer> order(long... ages) {
    return Arrays.stream(ByAge.order(ages.length, i -> ages[i]))
        .mapToObj(next -> ByAge.index(next, ages.length))
        .toList();
  }

  @Test
  void theOldestComesFirst() {
    assertThat(order()).isEmpty();
    assertThat(order(5)).containsExactly(0);
    assertThat(order(1, 3, 2)).containsExactly(1, 2, 0);
    assertThat(order(-1, 0, -2)).as("a clock that was read too early").containsExactly(1, 0, 2);
    assertThat(order(4, 4, 5, 4)).as("the same age").containsExactly(2, 0, 1, 3);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1", "1024, 1000", "1023, 60000000000", "65537, 3600000000000"})
  void itIsThatOfASort(int count, long nanosApart) {
    long[] ages = new Random(42).longs(count, 0, nanosApart).toArray();
    List<Integer> sorted =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> ages[i]).reversed())
            .toList();
    assertThat(order(ages)).isEqualTo(sorted);
  }

  @Test
  void agesThatAreYearsApartAreOrderedUpToAFewMicroseconds() {
    long year = TimeUnit.DAYS.toNanos(365);
    long micros = TimeUnit.MICROSECONDS.toNanos(10);
    long[] ages = new long[1 << 16];
    Arrays.setAll(ages, i -> i * micros);
    ages[7] = 10 * year;
    List<Integer> order = order(ages);
    assertThat(order.get(0)).isEqualTo(7);
    assertThat(order.get(1)).isEqualTo(ages.length - 1);
    assertThat(order).doesNotHaveDuplicates().hasSize(ages.length);
    assertThat(order.get(ages.length - 1)).isZero();
  }
}
