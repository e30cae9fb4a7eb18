package dev.slipstream.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RunResultTest {

  @Test
  void aPercentileIsOneOfTheValues() {
    long[] hundred = LongStream.rangeClosed(1, 100).toArray();
    assertEquals(50, RunResult.percentile(hundred, 50));
    assertEquals(99, RunResult.percentile(hundred, 99));
    assertEquals(100, RunResult.percentile(hundred, 100));
    assertEquals(1, RunResult.percentile(hundred, 1));
  }

  @Test
  void aPercentileOfFewValuesRoundsUp() {
    assertEquals(2, RunResult.percentile(new long[] {1, 2, 3}, 50));
    assertEquals(3, RunResult.percentile(new long[] {1, 2, 3}, 99));
    assertEquals(7, RunResult.percentile(new long[] {7}, 50));
  }

  @Test
  void thereIsNoPercentileOfNothing() {
    assertEquals(0, RunResult.percentile(new long[0], 99));
  }

  @Test
  void repliesAreClassified() {
    List<Reply> replies =
        List.of(
            reply(200, 20), // in time
            reply(200, 130), // late, but answered
            reply(504, 100), // its own timeout
            reply(504, 91), // might be its own, by a hair
            reply(504, 89), // another caller's
            reply(500, 10), // broken
            reply(0, 10)); // no answer
    RunResult result = RunResult.of("test", replies, 5, 2);
    assertEquals(new RunResult("test", 7, 20_000_000, 130_000_000, 5, 2, 5, 1, 2), result);
  }

  private static Reply reply(int status, int millis) {
    return new Reply(new Request(0, 1, 100), status, millis * 1_000_000L, "");
  }
}
