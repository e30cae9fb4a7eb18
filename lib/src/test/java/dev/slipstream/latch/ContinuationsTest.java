package dev.slipstream.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.Race;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Named continuations on any job: each runs once, as its own task, whenever it is registered. */
class ContinuationsTest {
  private static final Outcome<String> DONE = new Outcome.Success<>("v");

  private final ManualExecutor tasks = new ManualExecutor();
  private final Continuations<String> continuations = Continuations.create(tasks);
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void oneThatWaitsIsHandedToTheExecutorWhenTheJobEnds() {
    assertThat(continuations.addOrRunNow("c", outcomes::add)).isEqualTo(Registration.ADDED);
    assertThat(tasks.size()).isZero();

    assertThat(continuations.complete(DONE)).isTrue();

    assertThat(outcomes).isEmpty();
    tasks.runNext();
    assertThat(outcomes).containsExactly(DONE);
  }

  @Test
  void oneThatComesLateIsHandedOverAtOnceEachTime() {
    continuations.complete(DONE);

    assertThat(continuations.addOrRunNow("c", outcomes::add)).isEqualTo(Registration.RAN_NOW);
    assertThat(continuations.addOrRunNow("c", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    assertThat(outcomes).isEmpty();
    tasks.runAll();
    assertThat(outcomes).containsExactly(DONE, DONE);
  }

  @Test
  void aCallerThatWantsARunningJobIsRefusedWithTheOutcomeOnceItHasEnded() {
    assertThat(continuations.addOrThrowIfCompleted("early", outcomes::add))
        .isEqualTo(Registration.ADDED);
    continuations.complete(DONE);

    AlreadyCompletedException refusal =
        catchThrowableOfType(
            AlreadyCompletedException.class,
            () -> continuations.addOrThrowIfCompleted("late", outcomes::add));

    assertThat(refusal.outcome()).isEqualTo(DONE);
    assertThat(refusal).hasMessageContaining("late");
    tasks.runAll();
    assertThat(outcomes).containsExactly(DONE);
  }

  @Test
  void aSecondOfTheSameNameReplacesTheFirst() {
    List<String> ran = new CopyOnWriteArrayList<>();
    continuations.addOrRunNow("c", outcome -> ran.add("first"));
    assertThat(continuations.addOrRunNow("c", outcome -> ran.add("second")))
        .isEqualTo(Registration.REPLACED);
    assertThat(continuations.addOrThrowIfCompleted("c", outcome -> ran.add("third")))
        .isEqualTo(Registration.REPLACED);

    continuations.complete(DONE);
    tasks.runAll();

    assertThat(ran).containsExactly("third");
  }

  @Test
  void oneThatIsRemovedDoesNotRun() {
    continuations.addOrRunNow("gone", outcomes::add);
    assertThat(continuations.remove("gone")).isTrue();
    assertThat(continuations.remove("gone")).isFalse();
    assertThat(continuations.remove("never was")).isFalse();
    assertThat(continuations.addOrRunNow("gone", outcome -> {})).isEqualTo(Registration.ADDED);

    continuations.complete(DONE);
    assertThat(continuations.remove("gone")).as("too late").isFalse();
    tasks.runAll();

    assertThat(outcomes).isEmpty();
  }

  @Test
  void theFirstOutcomeIsFinal() {
    assertThat(continuations.outcome()).isEmpty();
    continuations.addOrRunNow("c", outcomes::add);

    assertThat(continuations.complete(DONE)).isTrue();
    assertThat(continuations.complete(new Outcome.Success<>("other"))).isFalse();
    assertThat(continuations.complete(new Outcome.Abandoned<>())).isFalse();

    assertThat(continuations.outcome()).contains(DONE);
    tasks.runAll();
    assertThat(outcomes).containsExactly(DONE);
  }

  @Test
  void eachIsATaskOfItsOwn() {
    for (int i = 0; i < 5; i++) {
      continuations.addOrRunNow("c" + i, outcomes::add);
    }
    continuations.complete(DONE);

    for (int ran = 0; ran < 5; ran++) {
      assertThat(outcomes).hasSize(ran);
      tasks.runNext();
    }
    assertThat(tasks.size()).isZero();
  }

  @Test
  void oneThatThrowsOrBlocksBreaksNoOther() {
    ExecutorService pool = Executors.newCachedThreadPool();
    CountDownLatch release = new CountDownLatch(1);
    Continuations<String> pooled = Continuations.create(pool);
    pooled.addOrRunNow("blocks", outcome -> Eventually.opens(release));
    pooled.addOrRunNow(
        "throws",
        outcome -> {
          throw new IOException("a continuation's own");
        });
    pooled.addOrRunNow("sound", outcomes::add);

    assertThat(pooled.complete(DONE)).isTrue();

    Eventually.passes(() -> assertThat(outcomes).containsExactly(DONE));
    release.countDown();
    pool.shutdown();
  }

  @Test
  void anExecutorThatRejectsStrandsNobody() {
    Continuations<String> rejected =
        Continuations.create(
            task -> {
              throw new RejectedExecutionException("full");
            });
    rejected.addOrRunNow("early", outcomes::add);

    assertThat(rejected.complete(DONE)).isTrue();
    assertThat(rejected.addOrRunNow("late", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    Eventually.passes(() -> assertThat(outcomes).containsExactly(DONE, DONE));
  }

  @Test
  void aJobThatReturns() {
    CompletableFuture<String> job = new CompletableFuture<>();
    Continuations<String> ofJob = Continuations.of(job, tasks);
    ofJob.addOrRunNow("c", outcomes::add);
    assertThat(ofJob.outcome()).isEmpty();

    job.complete("v");

    assertThat(ofJob.outcome()).contains(DONE);
    tasks.runAll();
    assertThat(outcomes).containsExactly(DONE);
  }

  @Test
  void aJobThatReturnsNothing() {
    Continuations<String> ofJob = Continuations.of(CompletableFuture.completedFuture(null), tasks);

    assertThat(ofJob.outcome()).contains(new Outcome.Success<>(null));
  }

  @Test
  void aJobThatFails() {
    IOException failure = new IOException("down");
    CompletableFuture<String> job = new CompletableFuture<>();
    Continuations<String> ofJob = Continuations.of(job, tasks);
    Continuations<String> ofDerived = Continuations.of(job.thenApply(v -> v), tasks);

    job.completeExceptionally(failure);

    assertThat(ofJob.outcome()).contains(new Outcome.Failure<>(failure));
    assertThat(ofDerived.outcome()).contains(new Outcome.Failure<>(failure));
  }

  @Test
  void aJobThatFailsInWrappings() {
    IOException failure = new IOException("down");
    CompletableFuture<String> job = new CompletableFuture<>();
    job.completeExceptionally(new CompletionException(failure));

    assertThat(Continuations.of(job, tasks).outcome()).contains(new Outcome.Failure<>(failure));
  }

  @Test
  void aJobThatIsCancelled() {
    CompletableFuture<String> job = new CompletableFuture<>();
    Continuations<String> ofJob = Continuations.of(job, tasks);
    Continuations<String> ofDerived = Continuations.of(job.thenApply(v -> v), tasks);

    job.cancel(true);

    assertThat(ofJob.outcome()).contains(new Outcome.Abandoned<>());
    assertThat(ofDerived.outcome()).contains(new Outcome.Abandoned<>());
  }

  @Test
  void aJobThatPanics() {
    StackOverflowError error = new StackOverflowError("deep");
    CompletableFuture<String> job = new CompletableFuture<>();
    job.completeExceptionally(error);

    assertThat(Continuations.of(job, tasks).outcome())
        .hasValueSatisfying(
            outcome -> {
              assertThat(outcome).isInstanceOf(Outcome.Failure.class);
              assertThat(((Outcome.Failure<?>) outcome).cause()).isSameAs(error);
            });
  }

  @Test
  void aRegistrationThatRacesTheEndRunsOnce() {
    AtomicInteger runs = new AtomicInteger();
    AtomicReference<Registration> registration = new AtomicReference<>();
    int rounds = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        Continuations<String> raced = Continuations.create(Runnable::run);
        race.run(
            () -> registration.set(raced.addOrRunNow("c", outcome -> runs.incrementAndGet())),
            () -> raced.complete(DONE));
        rounds++;
        assertThat(registration.get()).isIn(Registration.ADDED, Registration.RAN_NOW);
        assertThat(runs).hasValue(rounds);
      }
    }
  }

  @Test
  void ofTwoEndsThatRaceOneWins() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        Continuations<String> raced = Continuations.create(Runnable::run);
        List<Outcome<? extends String>> received = new CopyOnWriteArrayList<>();
        raced.addOrRunNow("c", received::add);
        AtomicInteger wins = new AtomicInteger();
        race.run(
            () -> wins.addAndGet(raced.complete(DONE) ? 1 : 0),
            () -> wins.addAndGet(raced.complete(new Outcome.Abandoned<>()) ? 1 : 0));
        assertThat(wins).hasValue(1);
        assertThat(received).hasSize(1);
        assertThat(raced.outcome()).contains(outcomeOf(received));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Outcome<String> outcomeOf(List<Outcome<? extends String>> received) {
    return (Outcome<String>) received.get(0);
  }

  @Test
  void aRemovalThatRacesTheEndIsTrueExactlyIfItDoesNotRun() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        Continuations<String> raced = Continuations.create(Runnable::run);
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Boolean> removed = new AtomicReference<>();
        raced.addOrRunNow("c", outcome -> runs.incrementAndGet());
        race.run(() -> removed.set(raced.remove("c")), () -> raced.complete(DONE));
        assertThat(runs).hasValue(removed.get() ? 0 : 1);
      }
    }
  }

  @Test
  void oneMayRegisterAnotherFromWithin() {
    Continuations<String> inline = Continuations.create(Runnable::run);
    inline.addOrRunNow("outer", outcome -> inline.addOrRunNow("inner", outcomes::add));

    assertThat(inline.complete(DONE)).isTrue();

    assertThat(outcomes).containsExactly(DONE);
  }

  @Test
  void nullArgumentsAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> Continuations.create(null))
        .withMessageContaining("executor");
    assertThatNullPointerException()
        .isThrownBy(() -> Continuations.of(null, tasks))
        .withMessageContaining("job");
    assertThatNullPointerException()
        .isThrownBy(() -> Continuations.of(new CompletableFuture<String>(), null))
        .withMessageContaining("executor");
    assertThatNullPointerException()
        .isThrownBy(() -> continuations.addOrRunNow(null, outcomes::add))
        .withMessageContaining("name");
    assertThatNullPointerException()
        .isThrownBy(() -> continuations.addOrRunNow("c", null))
        .withMessageContaining("continuation");
    assertThatNullPointerException()
        .isThrownBy(() -> continuations.addOrThrowIfCompleted(null, outcomes::add))
        .withMessageContaining("name");
    assertThatNullPointerException()
        .isThrownBy(() -> continuations.addOrThrowIfCompleted("c", null))
        .withMessageContaining("continuation");
    assertThatNullPointerException()
        .isThrownBy(() -> continuations.remove(null))
        .withMessageContaining("name");
    assertThatNullPointerException()
        .isThrownBy(() -> continuations.complete(null))
        .withMessageContaining("outcome");
    assertThat(continuations.outcome()).isEmpty();
  }
}
