package dev.slipstream.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

/** A start that the end of a stack cuts short leaves no later thread in the scheduler's queue. */
class VirtualThreadsTest {
  private final List<Thread> callers = new CopyOnWriteArrayList<>();

  /** Cuts the first start short, and forgets so many after the second. */
  private ThreadFactory scheduler(int forgotten) {
    return task ->
        new Thread() {
          @Override
          public void start() {
            callers.add(Thread.currentThread());
            int call = callers.size();
            if (call == 1) {
              throw new StackOverflowError("as a test needs it");
            }
            if (call == 2 || call > 2 + forgotten) {
              task.run();
            }
          }
        };
  }

  private static void ignore() {}

  @Test
  void aStartAfterOneThatWasCutShortIsFollowedByOneFromAnotherStack() {
    VirtualThreads threads = new VirtualThreads(scheduler(0));
    assertThatThrownBy(() -> threads.execute(VirtualThreadsTest::ignore))
        .isInstanceOf(StackOverflowError.class);
    assertThat(callers).hasSize(1);
    threads.execute(VirtualThreadsTest::ignore);
    Eventually.until("another start", () -> callers.size() == 3);
    assertThat(callers.get(2)).isNotSameAs(Thread.currentThread());
    threads.execute(VirtualThreadsTest::ignore);
    assertThat(callers).hasSize(4);
  }

  @Test
  void andByMoreUntilOneHasRunEachFromAStackOfItsOwn() {
    VirtualThreads threads = new VirtualThreads(scheduler(2));
    assertThatThrownBy(() -> threads.execute(VirtualThreadsTest::ignore))
        .isInstanceOf(StackOverflowError.class);
    threads.execute(VirtualThreadsTest::ignore);
    Eventually.until("three more starts", () -> callers.size() == 5);
    assertThat(callers.subList(2, 5)).doesNotHaveDuplicates();
  }

  @Test
  void theFirstThreadIsStartedFromAFreshStackBeforeAnyCallersTask() {
    VirtualThreads.ready(
        task ->
            new Thread(task) {
              @Override
              public void start() {
                callers.add(Thread.currentThread());
                super.start();
              }
            });
    assertThat(callers).hasSize(1);
    assertThat(callers.get(0)).isNotSameAs(Thread.currentThread());
  }
}
