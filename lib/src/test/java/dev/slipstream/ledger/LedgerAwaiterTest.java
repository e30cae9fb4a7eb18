package dev.slipstream.ledger;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.ledger.contract.LedgerScene;
import dev.slipstream.watch.EventsLostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Waits for ends and events. */
class LedgerAwaiterTest implements LedgerScene {
  private static final FetchEnd<String> END = new FetchEnd.Success<>("value");
  private final InMemoryFetchLedger<String, String> engine = InMemoryFetchLedger.create();
  private final WatchedFetchLedger<String, String> ledger = WatchedFetchLedger.watch(engine);
  private final LedgerAwaiter<String, String> awaiter = ledger.awaiter();

  @Override
  public FetchLedger<String, String> ledger() {
    return ledger;
  }

  @Override
  public void elapse(Duration time) {
    throw new UnsupportedOperationException();
  }

  @Test
  void anAwaiterThatNothingWakesIsRefused() {
    assertThatIllegalStateException().isThrownBy(() -> LedgerAwaiter.over(ledger).build());
    assertThatNullPointerException().isThrownBy(() -> LedgerAwaiter.over(null));
    assertThatNullPointerException().isThrownBy(() -> awaiter.awaitEnd(null));
    FetchId<String> id = FetchId.newest(KEY);
    assertThatIllegalArgumentException().isThrownBy(() -> awaiter.awaitEvent(id, " ", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> awaiter.awaitEvent(id, "a", -1));
  }

  @Test
  void anEndThatIsThereIsGivenAtOnce() {
    put(A, "value");

    assertThat(await(awaiter.awaitEnd(KEY))).isEqualTo(END);
  }

  @Test
  void aFetchThatRunsIsAwaited() {
    Lease<String> lease = acquire(A);
    CompletableFuture<FetchEnd<String>> end = awaiter.awaitEnd(KEY);
    succeed(lease, "value");

    assertThat(await(end)).isEqualTo(END);
    assertThat(ledger.hub().trackedKeys()).isZero();
  }

  @Test
  void anIdleKeyIsAwaited() {
    CompletableFuture<FetchEnd<String>> end = awaiter.awaitEnd(KEY);
    complete(acquire(A), LedgerScene.failure("no"));

    assertThat(await(end)).isEqualTo(LedgerScene.failure("no"));
  }

  @Test
  void whatIsGivenUpIsAwaitedFurther() {
    Lease<String> lease = acquire(A);
    CompletableFuture<FetchEnd<String>> end = awaiter.awaitEnd(KEY);
    assertThat(await(ledger.leave(A, lease.id()))).isEqualTo(new LeaveResult.GivenUp());
    succeed(acquire(B), "value");

    assertThat(await(end)).isEqualTo(END);
  }

  @Test
  void aChangeThatNobodyTicksIsFoundByPolling() {
    CompletableFuture<FetchEnd<String>> end = awaiter.awaitEnd(KEY);
    Void ignored = await(engine.put(A, KEY, "value", KEEP));

    assertThat(await(end)).isEqualTo(END);
  }

  @Test
  void aHubAloneIsEnough() {
    LedgerAwaiter<String, String> hubOnly = LedgerAwaiter.over(ledger).hub(ledger.hub()).build();
    CompletableFuture<FetchEnd<String>> end = hubOnly.awaitEnd(KEY);
    put(A, "value");

    assertThat(await(end)).isEqualTo(END);
  }

  @Test
  void aCancelledWaitHoldsNothing() {
    CompletableFuture<FetchEnd<String>> end = awaiter.awaitEnd(KEY);
    assertThat(ledger.hub().trackedKeys()).isEqualTo(1);

    assertThat(end.cancel(true)).isTrue();

    assertThat(ledger.hub().trackedKeys()).isZero();
  }

  @Test
  void theExecutorCompletesTheFuture() throws InterruptedException {
    LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    LedgerAwaiter<String, String> other =
        LedgerAwaiter.over(ledger).hub(ledger.hub()).executor(tasks::add).build();
    put(A, "value");
    CompletableFuture<FetchEnd<String>> end = other.awaitEnd(KEY);

    Runnable task = tasks.poll(30, TimeUnit.SECONDS);
    assertThat(end).isNotDone();
    task.run();

    assertThat(end).isCompletedWithValue(END);
  }

  @Test
  void anAttachDecidesOnceThereIsAFetchThatHasNotEnded() {
    AtomicInteger asked = new AtomicInteger();
    CompletableFuture<FetchEnd<String>> attached = new CompletableFuture<>();
    LedgerAwaiter<String, String> other =
        LedgerAwaiter.over(ledger)
            .hub(ledger.hub())
            .attach(
                id -> {
                  asked.incrementAndGet();
                  return attached;
                })
            .build();
    put(A, "value");
    assertThat(await(other.awaitEnd(KEY))).as("it reads before it attaches").isEqualTo(END);
    invalidate(A);
    CompletableFuture<FetchEnd<String>> end = other.awaitEnd(KEY);
    assertThat(asked).as("not for an idle key").hasValue(0);

    Lease<String> lease = acquire(A);
    org.awaitility.Awaitility.await().until(() -> asked.get() == 1);
    succeed(lease, "value");
    assertThat(end).as("only the attach decides").isNotDone();
    attached.complete(new FetchEnd.Absent<>());

    assertThat(await(end)).isEqualTo(new FetchEnd.Absent<>());
    assertThat(asked).hasValue(1);
  }

  @Test
  void anAttachThatFailsFailsTheWait() {
    register(KEY);
    IllegalStateException expected = new IllegalStateException("expected");

    assertThat(failureOf(attaching(id -> CompletableFuture.failedFuture(expected))))
        .isSameAs(expected);
    assertThat(
            failureOf(
                attaching(
                    id -> {
                      throw expected;
                    })))
        .isSameAs(expected);
    assertThat(failureOf(attaching(id -> null))).isInstanceOf(NullPointerException.class);
    assertThat(failureOf(attaching(id -> CompletableFuture.completedFuture(null))))
        .isInstanceOf(NullPointerException.class);
  }

  private CompletableFuture<FetchEnd<String>> attaching(LedgerAttach<String, String> attach) {
    return LedgerAwaiter.over(ledger).polling().attach(attach).build().awaitEnd(KEY);
  }

  @Test
  void anAttachIsCancelledWithTheWait() {
    register(KEY);
    CompletableFuture<FetchEnd<String>> attached = new CompletableFuture<>();
    CompletableFuture<CompletionStage<?>> asked = new CompletableFuture<>();
    CompletableFuture<FetchEnd<String>> end =
        attaching(
            id -> {
              asked.complete(attached);
              return attached;
            });
    await(asked);

    assertThat(end.cancel(true)).isTrue();

    org.awaitility.Awaitility.await().until(attached::isCancelled);
  }

  @Test
  void theFirstEventOfATypeAfterANumberIsAwaited() {
    FetchId<String> id = register(KEY).id();
    append(id, "a");
    append(id, "b");

    assertThat(await(awaiter.awaitEvent(id, "a", 0)).sequence()).isEqualTo(1);
    CompletableFuture<LedgerEvent<String>> later = awaiter.awaitEvent(FetchId.newest(KEY), "a", 1);
    append(id, "b");
    assertThat(later).isNotDone();
    append(id, "a");

    assertThat(await(later).sequence()).isEqualTo(4);
  }

  private void append(FetchId<String> id, String type) {
    Appended<String> ignored = await(ledger.append(id, AppendRequest.of(type, "")));
  }

  @Test
  void anEventOfAnUnknownFetchFailsTheWait() {
    assertThat(failureOf(awaiter.awaitEvent(FetchId.newest(KEY), "a", 0)))
        .isInstanceOf(UnknownFetchException.class);
    FetchId<String> id = register(KEY).id();
    CompletableFuture<LedgerEvent<String>> event = awaiter.awaitEvent(id, "a", 0);
    invalidate(A);

    assertThat(failureOf(event)).isInstanceOf(UnknownFetchException.class);
  }

  @Test
  void eventsThatAreLostFailTheWait() {
    FetchId<String> id = register(KEY).id();
    for (int i = 0; i <= EventLog.LENGTH; i++) {
      append(id, "a");
    }

    assertThat(failureOf(awaiter.awaitEvent(id, "b", 0))).isInstanceOf(EventsLostException.class);
  }
}
