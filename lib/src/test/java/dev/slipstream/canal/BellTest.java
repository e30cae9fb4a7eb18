package dev.slipstream.canal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A waiter is run by one ring, once, unless it took itself out. */
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
          throw new AssertionError("as a test needs it");
        });
    bell.add(() -> ran.add("c"));

    bell.ring();

    assertThat(ran).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void manyTakeThemselvesOutInAnyOrder() {
    List<Bell.Waiter> waiting = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String name = "" + i;
      waiting.add(bell.add(() -> ran.add(name)));
    }
    List<String> left = new ArrayList<>();
    List<Integer> order = new ArrayList<>(IntStream.range(0, 20_000).boxed().toList());
    Collections.shuffle(order, new Random(4711));
    for (int i : order) {
      if (i % 1_000 == 17) {
        left.add("" + i);
      } else {
        assertThat(bell.remove(waiting.get(i))).isTrue();
        assertThat(bell.remove(waiting.get(i))).isFalse();
      }
    }

    bell.ring();

    assertThat(ran).containsExactlyInAnyOrderElementsOf(left);
    assertThat(bell.isIdle()).isTrue();
  }

  @Test
  void whoWasRunMayWaitAgainFromWithin() {
    bell.add(() -> bell.add(() -> ran.add("again")));
    bell.ring();
    assertThat(ran).isEmpty();
    bell.ring();
    assertThat(ran).containsExactly("again");
  }

  @Test
  void aThreadThatWaitsIsWokenThoughAnActionBlocks() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch woken = new CountDownLatch(1);
    Thread parked =
        new Thread(
            () -> {
              LockSupport.park();
              woken.countDown();
            });
    parked.start();
    bell.add(parked);
    bell.add(() -> Eventually.opens(release));
    Thread ringing = new Thread(bell::ring);
    ringing.start();

    Eventually.opens(woken);

    release.countDown();
    ringing.join();
    parked.join();
  }
}
