package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.Race;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a continuation comes to that finds its queue full, as each policy says. */
class OverflowPolicyTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");
  private static final Outcome<String> GIVEN_UP = new Outcome.Abandoned<>();

  private final ManualExecutor tasks = new ManualExecutor();
  private final Continuations<String> job = Continuations.create(tasks, "job 7");
  private final List<String> ran = new ArrayList<>();

  private Registration add(String name, ContinuationQueue queue) {
    return job.addOrRunNow(
        name, ContinuationOptions.defaults().queue(queue), outcome -> ran.add(name));
  }

  private static ContinuationQueue full(OverflowPolicy policy, int capacity) {
    ContinuationQueue queue = ContinuationQueue.create(capacity, 1, policy);
    Continuations<String> other = Continuations.create(task -> {});
    for (int i = 0; i < capacity; i++) {
      other.addOrRunNow("filler" + i, ContinuationOptions.defaults().queue(queue), outcome -> {});
    }
    other.complete(DONE);
    return queue;
  }

  @Test
  void dropDropsAndCounts() {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.DROP);
    add("a", queue);
    add("b", queue);
    add("c", queue);

    job.complete(DONE);
    tasks.runAll();

    assertThat(ran).containsExactly("a", "b");
    assertThat(job.stats().dropped()).isEqualTo(1);
    assertThat(job.stats().fired()).isEqualTo(2);
    assertThat(queue.overflowCount()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void dropDropsOneThatComesLate() {
    ContinuationQueue queue = full(OverflowPolicy.DROP, 1);
    job.complete(DONE);

    assertThat(add("late", queue)).isEqualTo(Registration.RAN_NOW);

    assertThat(tasks.size()).isZero();
    assertThat(job.stats().dropped()).isEqualTo(1);
    assertThat(job.stats().registered()).isEqualTo(1);
  }

  @Test
  void callerRunsOnTheCompletingThreadAfterAllOthersAreHandedOver() {
    ContinuationQueue queue = full(OverflowPolicy.CALLER_RUNS, 1);
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicInteger handedOver = new AtomicInteger();
    job.addOrRunNow(
        "here",
        ContinuationOptions.defaults().queue(queue),
        outcome -> {
          thread.set(Thread.currentThread());
          handedOver.set(tasks.size());
        });
    job.addOrRunNow("there", outcome -> ran.add("there"));

    job.complete(DONE);

    assertThat(thread.get()).isSameAs(Thread.currentThread());
    assertThat(handedOver).hasValue(1);
    assertThat(ran).isEmpty();
    assertThat(job.stats().fired()).isEqualTo(2);
    assertThat(job.stats().succeeded()).isEqualTo(1);
    assertThat(queue.size()).as("it had no place to give back").isEqualTo(1);
    assertThat(queue.overflowCount()).isEqualTo(1);
  }

  @Test
  void callerRunsOnTheThreadThatRegistersLate() {
    ContinuationQueue queue = full(OverflowPolicy.CALLER_RUNS, 1);
    job.complete(DONE);

    assertThat(add("late", queue)).isEqualTo(Registration.RAN_NOW);

    assertThat(ran).containsExactly("late");
    assertThat(tasks.size()).isZero();
  }

  @Test
  void whatTheCallerRanIsTriedAgainOnTheExecutor() {
    FakeTimer timer = new FakeTimer();
    ContinuationQueue queue = full(OverflowPolicy.CALLER_RUNS, 1);
    AtomicInteger runs = new AtomicInteger();
    job.addOrRunNow(
        "c",
        ContinuationOptions.defaults().queue(queue).retries(1, Duration.ZERO).timer(timer),
        outcome -> {
          if (runs.incrementAndGet() == 1) {
            throw new IOException("a continuation's own");
          }
        });
    job.complete(DONE);
    assertThat(runs).hasValue(1);

    timer.advance(Duration.ZERO);
    assertThat(runs).hasValue(1);
    tasks.runAll();

    assertThat(runs).hasValue(2);
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void refuseRefusesAtRegistrationAndChangesNothing() {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.REFUSE);
    add("a", queue);
    add("b", queue);
    assertThat(queue.size()).as("places are taken before the outcome").isEqualTo(2);

    assertThatExceptionOfType(ContinuationRefusedException.class)
        .isThrownBy(() -> add("c", queue))
        .isInstanceOf(RejectedExecutionException.class)
        .withMessageContaining("'c'")
        .withMessageContaining("job 7");
    assertThatExceptionOfType(ContinuationRefusedException.class)
        .isThrownBy(
            () ->
                job.addOrThrowIfCompleted(
                    "c", ContinuationOptions.defaults().queue(queue), outcome -> {}));

    assertThat(job.waitingCount()).isEqualTo(2);
    assertThat(job.stats().refused()).isEqualTo(2);
    assertThat(job.stats().registered()).isEqualTo(2);
    assertThat(queue.overflowCount()).isEqualTo(2);
    job.complete(DONE);
    tasks.runAll();
    assertThat(ran).as("what was accepted is not dropped").containsExactly("a", "b");
    assertThat(queue.size()).isZero();
  }

  @Test
  void refuseRefusesOneThatComesLate() {
    ContinuationQueue queue = full(OverflowPolicy.REFUSE, 1);
    job.complete(DONE);

    assertThatExceptionOfType(ContinuationRefusedException.class)
        .isThrownBy(() -> add("late", queue));

    assertThat(ran).isEmpty();
    assertThat(job.stats().refused()).isEqualTo(1);
    assertThat(job.stats().registered()).isZero();
  }

  @Test
  void oneThatIsRemovedGivesItsPlaceBack() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    add("a", queue);

    assertThat(job.remove("a")).isTrue();
    assertThat(job.remove("a")).isFalse();

    assertThat(queue.size()).isZero();
    assertThat(add("b", queue)).isEqualTo(Registration.ADDED);
  }

  @Test
  void oneThatIsFilteredOutGivesItsPlaceBack() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    job.addOrRunNow(
        "a", ContinuationOptions.defaults().onlyOnSuccess().queue(queue), outcome -> ran.add("a"));

    job.complete(GIVEN_UP);

    assertThat(queue.size()).isZero();
    assertThat(job.stats().filtered()).isEqualTo(1);
    assertThat(tasks.size()).isZero();
  }

  @Test
  void oneThatFiltersTheOutcomeOutNeedsNoPlaceWhenItComesLate() {
    ContinuationQueue queue = full(OverflowPolicy.REFUSE, 1);
    job.complete(DONE);

    assertThat(
            job.addOrRunNow(
                "late", ContinuationOptions.defaults().onlyOnFailure().queue(queue), outcome -> {}))
        .isEqualTo(Registration.RAN_NOW);

    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void oneThatReplacesAnotherInTheSameQueueTakesItsPlace() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    add("a", queue);

    assertThat(add("a", queue)).isEqualTo(Registration.REPLACED);
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.overflowCount()).isZero();

    job.complete(DONE);
    assertThat(tasks.runAll()).isEqualTo(1);
    assertThat(queue.size()).isZero();
  }

  @Test
  void oneThatIsReplacedByOneWithoutItsQueueGivesItsPlaceBack() {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.REFUSE);
    ContinuationQueue other = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    add("a", queue);
    add("b", queue);

    assertThat(job.addOrRunNow("a", outcome -> ran.add("new a"))).isEqualTo(Registration.REPLACED);
    assertThat(add("b", other)).isEqualTo(Registration.REPLACED);

    assertThat(queue.size()).isZero();
    assertThat(other.size()).isEqualTo(1);
    job.complete(DONE);
    tasks.runAll();
    assertThat(ran).containsExactly("new a", "b");
    assertThat(other.size()).isZero();
  }

  @Test
  void aReplacementThatIsRefusedLeavesTheFirstInPlace() {
    ContinuationQueue fullQueue = full(OverflowPolicy.REFUSE, 1);
    job.addOrRunNow("a", outcome -> ran.add("first"));

    assertThatExceptionOfType(ContinuationRefusedException.class)
        .isThrownBy(() -> add("a", fullQueue));

    job.complete(DONE);
    tasks.runAll();
    assertThat(ran).containsExactly("first");
    assertThat(job.stats().replaced()).isZero();
  }

  @Test
  void aCallerThatWantsARunningJobTakesNoPlaceOnceItHasEnded() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    job.complete(DONE);

    assertThatExceptionOfType(AlreadyCompletedException.class)
        .isThrownBy(
            () ->
                job.addOrThrowIfCompleted(
                    "late", ContinuationOptions.defaults().queue(queue), outcome -> {}));

    assertThat(queue.size()).isZero();
  }

  @Test
  void aRemovalThatRacesTheEndNeitherLosesThePlaceNorGivesItBackTwice() {
    ContinuationQueue queue = ContinuationQueue.create(3, 1, OverflowPolicy.REFUSE);
    ContinuationOptions options = ContinuationOptions.defaults().queue(queue);
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        Continuations<String> raced = Continuations.create(Runnable::run);
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Boolean> removed = new AtomicReference<>();
        raced.addOrRunNow("c", options, outcome -> runs.incrementAndGet());
        race.run(() -> removed.set(raced.remove("c")), () -> raced.complete(DONE));
        assertThat(runs).hasValue(removed.get() ? 0 : 1);
        assertThat(queue.size()).isZero();
        assertThat(queue.runningCount()).isZero();
      }
    }
  }
}
