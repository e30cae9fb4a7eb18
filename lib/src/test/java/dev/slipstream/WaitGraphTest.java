package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A long chain of waits once overflowed the stack of the search, under the lock of all caches. */
class WaitGraphTest {
  private static final int LENGTH = 20_000;

  private final List<Waiting> loads =
      IntStream.rangeClosed(0, LENGTH).mapToObj(Waiting::new).toList();

  @AfterEach
  void takeBack() {
    for (int i = 0; i < LENGTH; i++) {
      int depth = LoadStack.push(loads.get(i));
      WaitGraph.leave(loads.get(i + 1));
      LoadStack.pop(depth);
    }
    assertThat(WaitGraph.isEmpty()).isTrue();
  }

  @Test
  void aChainLongerThanTheStackIsSearchedToItsEnd() {
    for (int i = 0; i < LENGTH; i++) {
      int depth = LoadStack.push(loads.get(i));
      assertThat(WaitGraph.enter(loads.get(i + 1))).isTrue();
      LoadStack.pop(depth);
    }
    int depth = LoadStack.push(loads.get(LENGTH));
    assertThatExceptionOfType(RecursiveFetchException.class)
        .isThrownBy(() -> WaitGraph.enter(loads.get(0)))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(2_000));
    LoadStack.pop(depth);
  }

  private record Waiting(Integer key) implements Load {
    @Override
    public String cacheName() {
      return "test";
    }

    @Override
    public boolean loads(Object cache, Object wanted) {
      return false;
    }

    @Override
    public long beganAfter() {
      return 0;
    }

    @Override
    public boolean isRunning() {
      return true;
    }
  }
}
