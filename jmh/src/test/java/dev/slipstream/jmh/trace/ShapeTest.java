package dev.slipstream.jmh.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void everySideGetsTheSameRequests() {
    assertArrayEquals(Shape.ZIPF.requests(500, 50), Shape.ZIPF.requests(500, 50));
  }

  @Test
  void theShareThatGivesUpChangesNothingElse() {
    Request[] none = Shape.SCAN.requests(500, 0);
    Request[] half = Shape.SCAN.requests(500, 50);

    assertArrayEquals(
        Arrays.stream(none).mapToInt(Request::key).toArray(),
        Arrays.stream(half).mapToInt(Request::key).toArray());
    assertEquals(0, Arrays.stream(none).filter(Request::givesUp).count());
  }

  @Test
  void aScanAsksForKeysThatNobodyElseWants() {
    Request[] requests = Shape.SCAN.requests(1_000, 0);

    long scanned =
        Arrays.stream(requests)
            .mapToInt(Request::key)
            .filter(key -> key >= 1 << 20)
            .distinct()
            .count();

    assertEquals((requests.length + 2) / 3, scanned);
  }

  @Test
  void quantilesAreExact() {
    Outcome outcome =
        new Outcome(0, 0, 0, 0, new long[] {1_000_000, 2_000_000, 3_000_000, 9_000_000});

    assertEquals(2, outcome.quantile(0.5));
    assertEquals(9, outcome.quantile(0.999));
    assertTrue(outcome.quantile(0) <= outcome.quantile(1));
  }
}
