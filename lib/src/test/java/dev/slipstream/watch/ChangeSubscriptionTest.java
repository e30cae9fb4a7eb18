package dev.slipstream.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waiting for a change: by a thread, by a future, and what close and interrupts do to either. */
@Timeout(60)
class ChangeSubscriptionTest {
  private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

  private final ManualExecutor tasks = new ManualExecutor();
  private final ChangeHub<String> hub = new ChangeHub<>(tasks);
  private final ChangeSubscription subscription = hub.subscribe("k");

  @AfterEach
  void leavesNothing() {
    subscription.close();
    assertThat(hub.trackedKeys()).isZero();
  }

  @Test
  void aChangeThatIsThereIsTakenAtOnceAndOnlyOnce() throws InterruptedException {
    hub.notify("k");
    hub.notify("k");

    assertThat(subscription.awaitChange(Duration.ZERO)).isTrue();

    assertThat(subscription.hasChanged()).isFalse();
    assertThat(subscription.awaitChange(Duration.ZERO)).isFalse();
    assertThat(subscription.awaitChange(Duration.ofMillis(2))).isFalse();
    hub.notify("k");
    assertThat(subscription.awaitChange(LONG)).isTrue();
  }

  /** Starts a thread in {@code awaitChange}. */
  private static Caller<Boolean> waiter(ChangeSubscription subscription) {
    return Caller.start(() -> subscription.awaitChange(LONG));
  }

  @Test
  void aThreadThatWaitsIsWokenByATick() {
    Caller<Boolean> waiter = waiter(subscription);
    waiter.awaitWaiting();

    hub.notify("other");
    waiter.awaitWaiting();
    hub.notify("k");

    assertThat(waiter.value()).isTrue();
    assertThat(subscription.hasChanged()).isFalse();
  }

  @Test
  void aTickWakesTheWaitersOfAllSubscriptions() {
    ChangeSubscription second = hub.subscribe("k");
    Caller<Boolean> first = waiter(subscription);
    Caller<Boolean> other = waiter(second);
    first.awaitWaiting();
    other.awaitWaiting();

    hub.notify("k");

    assertThat(first.value()).isTrue();
    assertThat(other.value()).isTrue();
    second.close();
  }

  @Test
  void ofTwoThreadsOnOneSubscriptionEachTakesAChange() {
    Caller<Boolean> first = waiter(subscription);
    Caller<Boolean> second = waiter(subscription);
    first.awaitWaiting();
    second.awaitWaiting();

    hub.notify("k");
    Eventually.until("one has it", () -> first.isReturned() || second.isReturned());
    (first.isReturned() ? second : first).awaitWaiting();
    hub.notify("k");

    assertThat(first.value()).isTrue();
    assertThat(second.value()).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesAChangeUnseen() {
    Caller<Boolean> waiter = waiter(subscription);
    waiter.awaitWaiting();

    waiter.interrupt();

    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    hub.notify("k");
    assertThat(subscription.hasChanged()).isTrue();
  }

  @Test
  void anInterruptedThreadDoesNotWaitAndTakesNothing() {
    hub.notify("k");
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> subscription.awaitChange(Duration.ZERO));

    assertThat(Thread.interrupted()).isFalse();
    assertThat(subscription.hasChanged()).isTrue();
  }

  @Test
  void badTimeoutsAreRefused() {
    hub.notify("k");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> subscription.awaitChange(Duration.ofNanos(-1)))
        .withMessageContaining("PT-0.000000001S");
    assertThatNullPointerException()
        .isThrownBy(() -> subscription.awaitChange(null))
        .withMessageContaining("timeout");
    assertThat(subscription.hasChanged()).isTrue();
  }

  @Test
  void closeEndsEveryWait() {
    Caller<Boolean> waiter = waiter(subscription);
    waiter.awaitWaiting();
    CompletableFuture<Long> future = subscription.nextChange();

    subscription.close();

    assertThat(waiter.failure()).isInstanceOf(IllegalStateException.class);
    assertThat(future).isNotDone();
    tasks.runAll();
    assertThat(Eventually.failure(future)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void afterCloseNothingIsAwaited() {
    hub.notify("k");
    subscription.close();
    subscription.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> subscription.awaitChange(Duration.ZERO))
        .withMessageContaining("closed");
    assertThat(Eventually.failure(subscription.nextChange()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(subscription.version()).isEqualTo(1);
    subscription.markUnchanged();
    assertThat(subscription.hasChanged()).isFalse();
    assertThat(tasks.size()).isZero();
  }

  @Test
  void closeLeavesPeersAlone() throws InterruptedException {
    ChangeSubscription peer = hub.subscribe("k");
    CompletableFuture<Long> future = peer.nextChange();

    subscription.close();
    hub.notify("k");

    assertThat(peer.awaitChange(Duration.ZERO)).isTrue();
    tasks.runAll();
    assertThat(future).isCompletedWithValue(1L);
    peer.close();
  }

  @Test
  void aFutureCompletesWithTheNextVersionOnTheExecutor() {
    CompletableFuture<Long> future = subscription.nextChange();
    List<Long> dependents = new ArrayList<>();
    future.thenAccept(dependents::add);

    hub.notify("k");

    assertThat(future).isNotDone();
    assertThat(dependents).isEmpty();
    tasks.runNext();
    assertThat(future).isCompletedWithValue(1L);
    assertThat(dependents).containsExactly(1L);
  }

  @Test
  void aFutureIsCompleteIfThereIsAnUnseenChangeAndMarksNothing() {
    hub.notify("k");

    assertThat(subscription.nextChange()).isCompletedWithValue(1L);
    assertThat(subscription.nextChange()).isCompletedWithValue(1L);

    assertThat(subscription.hasChanged()).isTrue();
    subscription.markUnchanged();
    CompletableFuture<Long> next = subscription.nextChange();
    assertThat(next).isNotDone();
    hub.notify("k");
    tasks.runAll();
    assertThat(next).isCompletedWithValue(2L);
    assertThat(subscription.hasChanged()).isTrue();
  }

  @Test
  void aFutureReceivesItsChangeAlsoIfThatIsMarkedMeanwhile() {
    List<ChangeSubscription> later = new ArrayList<>();
    HubCallback<String> calledBefore = hub.callback("k", () -> later.get(0).markUnchanged());
    later.add(hub.subscribe("k"));
    CompletableFuture<Long> future = later.get(0).nextChange();

    hub.notify("k");
    tasks.runAll();

    assertThat(future).isCompletedWithValue(1L);
    later.get(0).close();
    assertThat(calledBefore.leave()).isTrue();
  }

  @Test
  void aFutureDoesNotTakeAnOlderTickForTheNext() {
    ChangeHub<String> inline = new ChangeHub<>(Runnable::run);
    List<CompletableFuture<Long>> asked = new ArrayList<>();
    List<ChangeSubscription> late = new ArrayList<>();
    HubCallback<String> calledBefore =
        inline.callback(
            "k",
            () -> {
              late.get(0).markUnchanged();
              if (asked.isEmpty()) {
                asked.add(late.get(0).nextChange());
              }
            });
    late.add(inline.subscribe("k"));

    inline.notify("k");

    assertThat(asked.get(0)).isNotDone();
    inline.notify("k");
    assertThat(asked.get(0)).isCompletedWithValue(2L);
    late.get(0).close();
    assertThat(calledBefore.leave()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("dev.slipstream.watch.Endings#all")
  void aFutureThatItsOwnerEndedIsUnlinked(Consumer<CompletableFuture<Object>> ending) {
    CompletableFuture<Long> kept = subscription.nextChange();
    ending.accept(Endings.of(subscription.nextChange()));

    hub.notify("k");

    assertThat(tasks.runAll()).as("tasks, one for each future that was linked").isEqualTo(1);
    assertThat(kept).isCompletedWithValue(1L);
  }

  @Test
  void aFutureIsUnlinkedBeforeItsDependentsRun() {
    CompletableFuture<Long> future = subscription.nextChange();
    List<Integer> linked = new ArrayList<>();
    future.whenComplete(
        (version, failure) -> {
          hub.notify("k");
          linked.add(tasks.size());
        });

    future.cancel(true);

    assertThat(linked).containsExactly(0);
  }

  @Test
  void aDerivedStageThatIsCancelledLeavesTheFutureAlone() {
    CompletableFuture<Long> future = subscription.nextChange();
    future.thenApply(version -> version).cancel(true);

    hub.notify("k");
    tasks.runAll();

    assertThat(future).isCompletedWithValue(1L);
  }

  @Test
  void anExecutorThatRejectsStrandsNobody() {
    ChangeHub<String> rejecting =
        new ChangeHub<>(
            task -> {
              throw new RejectedExecutionException("full");
            });
    try (ChangeSubscription watched = rejecting.subscribe("k")) {
      CompletableFuture<Long> future = watched.nextChange();
      rejecting.notify("k");
      assertThat(Eventually.value(future)).isEqualTo(1);
    }
  }

  @Test
  void withoutAnExecutorTheLibrarysOwnThreadsCompleteFutures() {
    ChangeHub<String> plain = new ChangeHub<>();
    try (ChangeSubscription watched = plain.subscribe("k")) {
      CompletableFuture<Thread> completer =
          watched.nextChange().thenApply(version -> Thread.currentThread());
      plain.notify("k");
      Thread thread = Eventually.value(completer);
      assertThat(thread).isNotEqualTo(Thread.currentThread());
      assertThat(thread.isDaemon()).isTrue();
      assertThat(thread.getName()).doesNotContain("ForkJoin");
    }
  }

  @Test
  void noChangeIsMissedByAThreadThatWaitsReadsAndWaits() throws InterruptedException {
    int last = 20_000;
    AtomicLong truth = new AtomicLong();
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < last; i++) {
                truth.incrementAndGet();
                hub.notify("k");
              }
            });
    writer.start();

    for (long read = truth.get(); read < last; read = truth.get()) {
      assertThat(subscription.awaitChange(Duration.ofSeconds(30))).isTrue();
    }
    writer.join();
  }

  @Test
  void noChangeIsMissedByAChainOfFutures() {
    int last = 5_000;
    ChangeHub<String> pooled = new ChangeHub<>();
    AtomicLong truth = new AtomicLong();
    CompletableFuture<Void> sawTheLast = new CompletableFuture<>();
    ChangeSubscription watched = pooled.subscribe("k");
    follow(watched, truth, last, sawTheLast);

    for (int i = 0; i < last; i++) {
      truth.incrementAndGet();
      pooled.notify("k");
    }

    Eventually.value(sawTheLast);
    watched.close();
    assertThat(pooled.trackedKeys()).isZero();
  }

  private static void follow(
      ChangeSubscription watched, AtomicLong truth, int last, CompletableFuture<Void> sawTheLast) {
    watched
        .nextChange()
        .thenAccept(
            version -> {
              watched.markUnchanged();
              if (truth.get() == last) {
                sawTheLast.complete(null);
              } else {
                follow(watched, truth, last, sawTheLast);
              }
            });
  }
}
