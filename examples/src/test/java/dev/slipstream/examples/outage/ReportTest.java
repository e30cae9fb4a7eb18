package dev.slipstream.examples.outage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipstream.examples.shared.Reply;
import dev.slipstream.examples.shared.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Options OPTIONS =
      Options.parse(
          List.of("--before=1", "--outage=2", "--after=1", "--items=10", "--ttl-millis=1000"));
  private static final int NEW = 11;

  private static final OutageResult FAILING =
      OutageResult.of(
          "Slipstream plain",
          List.of(served(0, 1, 4, 0), served(999, 2, 5, 900), failed(1_000, 1), failed(2_000, NEW)),
          1_234,
          new int[] {2, 30, 41, 1},
          OPTIONS);
  private static final OutageResult STALE =
      OutageResult.of(
          "Slipstream protected",
          List.of(
              served(0, 1, 4, 0),
              served(1_000, 1, 2, 1_100),
              served(2_999, 1, 3, 2_950),
              failed(2_000, NEW)),
          7,
          new int[] {2, 3, 2, 0},
          OPTIONS);

  @Test
  void theTableIsAligned() {
    assertEquals(
        """
                                               Slipstream   Slipstream
                                                    plain    protected
        --------------------------------------------------------------
        requests                                        4            4
        served                                          2            3
        stale share of these                        0.0 %       33.3 %
        stale share during the outage               0.0 %       50.0 %
        oldest answer                               0.9 s        3.0 s
        failures seen by callers                        2            1
          of items cached before                        1            0
          of new items                                  1            1
        p99 of replies during the outage           7.0 ms       7.0 ms
        loads                                       1,234            7
        backend calls a second, before                2.0          2.0
          during the outage                          35.5          2.5
          after                                       1.0          0.0
        """,
        String.join("\n", Report.lines(List.of(FAILING, STALE)).subList(0, 16)) + "\n");
  }

  @Test
  void requestsCountInTheSecondInWhichTheyWereToBeSent() {
    assertArrayEquals(new int[] {2, 0, 0, 0}, FAILING.servedPerSecond());
    assertArrayEquals(new int[] {0, 1, 1, 0}, FAILING.failedPerSecond());
  }

  @Test
  void everyLineFitsATerminal() {
    for (String line : Report.lines(List.of(FAILING, STALE, FAILING, STALE))) {
      assertTrue(line.length() <= 120, line);
    }
  }

  private static Reply served(int atMillis, int item, int millis, int ageMillis) {
    return new Reply(
        new Request(atMillis, item, 1_000), 200, millis * 1_000_000L, ageMillis + " ms old: a, b");
  }

  private static Reply failed(int atMillis, int item) {
    return new Reply(new Request(atMillis, item, 1_000), 500, 7_000_000, "no connection");
  }
}
