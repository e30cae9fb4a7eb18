package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits is run by one ring, once, unless it took itself out. */
class BellTest {
  private final Bell bell = new Bell();
  private final List<String> ran = new ArrayList<>();

  @Test
  void aRingRunsEachThatWaitsOnce() {
    bell.add(() -> ran.add("a"));
    bell.add(() -> ran.add("b"));

    bell.ring();
    bell.ring();

    assertThat(ran).containsExactlyInAnyOrder("a", "b");
    assertThat(bell.isIdle()).isTrue();
  }

  @Test
  void aWaiterThatRemovedItselfIsNotRun() {
    bell.add(() -> ran.add("a"));
    Bell.Waiter second = bell.add(() -> ran.add("b"));
    bell.add(() -> ran.add("c"));

    assertThat(bell.remove(second)).isTrue();
    assertThat(bell.remove(second)).isFalse();
    bell.ring();

    assertThat(ran).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void aWaiterThatWasRunCannotBeRemoved() {
    Bell.Waiter waiter = bell.add(() -> ran.add("a"));
    bell.ring();

    assertThat(bell.remove(waiter)).isFalse();
  }

  @Test
  void oneThatThrowsHoldsUpNobody() {
    bell.add(() -> ran.add("a"));
    bell.add(
        () -> {
          throw new AssertionError("as a test wants it");
        });
    bell.add(() -> ran.add("c"));

    bell.ring();

    assertThat(ran).containsExactlyInAnyOrder("a", "c");
  }
}
