package dev.slipstream.ledger;

import static dev.slipstream.ledger.contract.LedgerScene.await;
import static dev.slipstream.ledger.contract.LedgerScene.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipstream.ledger.contract.FetchLedgerContract;
import dev.slipstream.watch.ChangeSubscription;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A watched ledger keeps the contract, ticks what changes, and hands events to a sink in order. */
class WatchedFetchLedgerTest extends FetchLedgerContract {
  private final AtomicLong nanos = new AtomicLong();
  private final LinkedBlockingQueue<LedgerEvent<?>> emitted = new LinkedBlockingQueue<>();

  @Override
  protected FetchLedger<String, String> create() {
    return WatchedFetchLedger.watch(InMemoryFetchLedger.create(nanos::get), emitted::add);
  }

  @Override
  public void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private WatchedFetchLedger<String, String> watched() {
    return (WatchedFetchLedger<String, String>) ledger();
  }

  /** Returns whether a call ticks the key. */
  private boolean ticks(String key, Runnable call) {
    try (ChangeSubscription subscription = watched().hub().subscribe(key)) {
      call.run();
      return subscription.hasChanged();
    }
  }

  private boolean ticks(Runnable call) {
    return ticks(KEY, call);
  }

  private static void done(CompletionStage<?> stage) {
    Object ignored = await(stage);
  }

  @Test
  void aDecoratorOnADecoratorIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> WatchedFetchLedger.watch(watched()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WatchedFetchLedger.watch(watched(), event -> {}));
  }

  @Test
  void whatChangesARecordTicks() {
    assertThat(ticks(() -> register(KEY))).as("register").isTrue();
    FetchId<String> id = find(KEY).id();
    assertThat(ticks(() -> done(ledger().setExternalRef(id, new ExternalRef("a", "b"))))).isTrue();
    assertThat(ticks(() -> done(ledger().recordFirstStarted(id, new Started("a", null))))).isTrue();
    assertThat(ticks(() -> done(ledger().setWait(id, new WaitState("a", null))))).isTrue();
    assertThat(ticks(() -> done(ledger().clearWait(id)))).isTrue();
    assertThat(ticks(() -> done(ledger().append(id, AppendRequest.of("a", ""))))).isTrue();
    assertThat(ticks(() -> done(ledger().ackWake(id, 1)))).isTrue();
    assertThat(ticks(() -> done(ledger().requestAbandon(id, new AbandonRequest("a", "b")))))
        .isTrue();
    assertThat(ticks(() -> done(ledger().complete(id, new FetchEnd.Absent<>(), KEEP)))).isTrue();
    assertThat(ticks(() -> invalidate(A))).as("invalidate").isTrue();
    assertThat(ticks(() -> put(A, "value"))).as("put").isTrue();
    assertThat(ticks(() -> done(ledger().invalidateAll(A)))).as("invalidateAll").isTrue();
    assertThat(ticks(() -> acquire(A))).as("a join that begins a fetch").isTrue();
    Lease<String> lease = acquire(A);
    assertThat(ticks(() -> succeed(lease, "value"))).as("complete").isTrue();
  }

  @Test
  void leasesGrantsAndPruningDoNotTick() {
    FetchId<String> id = register(KEY).id();
    assertThat(ticks(() -> claim(id, A))).as("claim").isFalse();
    Lease<String> lease = await(ledger().lease(id));
    assertThat(ticks(() -> done(ledger().renew(lease, LEASE)))).as("renew").isFalse();
    assertThat(ticks(() -> hold(B))).as("a join that waits").isFalse();
    assertThat(ticks(() -> look(B, id))).as("look").isFalse();
    GrantInfo info = new GrantInfo(null, LEASE);
    assertThat(ticks(() -> done(ledger().grant(C, id, info)))).as("grant").isFalse();
    assertThat(ticks(() -> done(ledger().transferGrants(C, B, List.of(id))))).isFalse();
    assertThat(ticks(() -> done(ledger().leave(B, id)))).as("a leave that runs on").isFalse();
    elapse(LEASE.plusMillis(1));
    assertThat(ticks(() -> done(ledger().reclaim(id, B, lease, LEASE)))).as("reclaim").isFalse();
    Lease<String> taken = await(ledger().lease(id));
    elapse(LEASE.plusMillis(1));
    assertThat(ticks(() -> acquire(C))).as("a join that takes over").isFalse();
    assertThat(ticks(() -> succeed(taken, "late"))).as("a refused completion").isFalse();
    succeed(await(ledger().lease(id)), "value");
    assertThat(ticks(() -> done(ledger().pruneTerminal(Duration.ZERO)))).as("prune").isFalse();
  }

  @Test
  void whatGivesAFetchUpTicks() {
    Lease<String> first = acquire(A);
    assertThat(ticks(() -> done(ledger().leave(A, first.id())))).as("leave").isTrue();
    Lease<String> second = acquire(A);
    assertThat(ticks(() -> done(ledger().revoke(A, second.id())))).as("revoke").isTrue();
    acquire(A);
    assertThat(ticks(() -> done(ledger().deleteNode("a")))).as("deleteNode").isTrue();
    assertThat(ticks(() -> done(ledger().deleteNode("a")))).as("of nothing").isFalse();
  }

  @Test
  void aRepeatedAppendDoesNotTickAndIsNotEmitted() throws InterruptedException {
    FetchId<String> id = register(KEY).id();
    AppendRequest request = new AppendRequest("a", null, false, "once");
    done(ledger().append(id, request));

    assertThat(ticks(() -> done(ledger().append(id, request)))).isFalse();

    done(ledger().append(id, AppendRequest.of("b", "")));
    assertThat(emitted.poll(30, TimeUnit.SECONDS).type()).isEqualTo("a");
    assertThat(emitted.poll(30, TimeUnit.SECONDS).type()).isEqualTo("b");
  }

  @Test
  void whatFailsDoesNotTick() {
    assertThat(ticks(() -> failureOf(ledger().clearWait(FetchId.newest(KEY))))).isFalse();
    assertThat(
            ticks(() -> failureOf(ledger().append(FetchId.newest(KEY), AppendRequest.of("a", "")))))
        .isFalse();
  }

  @Test
  void theSinkGetsNoEnds() throws InterruptedException {
    Lease<String> lease = acquire(A);
    succeed(lease, "value");
    done(ledger().append(lease.id(), AppendRequest.of("after the end", "")));

    assertThat(emitted.poll(30, TimeUnit.SECONDS).type()).isEqualTo("after the end");
  }

  @Test
  void aSinkThatThrowsGetsTheNextEventAndABlockedOneDelaysNoAppend() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    LinkedBlockingQueue<String> types = new LinkedBlockingQueue<>();
    LedgerEventSink<Object> sink =
        event -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          types.add(event.type());
          throw new IllegalStateException("expected by the test");
        };
    FetchLedger<String, String> other =
        WatchedFetchLedger.watch(InMemoryFetchLedger.create(), sink);
    FetchId<String> id = await(other.register(FetchRegistration.of(KEY))).id();

    done(other.append(id, AppendRequest.of("a", "")));
    done(other.append(id, AppendRequest.of("b", "")));
    release.countDown();

    assertThat(types.poll(30, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(types.poll(30, TimeUnit.SECONDS)).isEqualTo("b");
    other.close();
  }

  /** An engine whose append is answered when the test says so. */
  @SuppressWarnings("unchecked")
  private static FetchLedger<String, String> answering(
      List<CompletableFuture<Appended<String>>> answers) {
    List<CompletableFuture<Appended<String>>> left = new ArrayList<>(answers);
    return (FetchLedger<String, String>)
        Proxy.newProxyInstance(
            FetchLedger.class.getClassLoader(),
            new Class<?>[] {FetchLedger.class},
            (proxy, method, arguments) -> left.remove(0));
  }

  private static Appended<String> appended(long sequence) {
    return new Appended<>(
        new LedgerEvent<>(
            new FetchId<>(KEY, 1), sequence, "a", null, false, java.time.Instant.EPOCH),
        false);
  }

  @Test
  void theSinkGetsEventsInOrderThoughTheyAreAnsweredInAnother() throws InterruptedException {
    CompletableFuture<Appended<String>> first = new CompletableFuture<>();
    CompletableFuture<Appended<String>> second = new CompletableFuture<>();
    CompletableFuture<Appended<String>> failing = new CompletableFuture<>();
    CompletableFuture<Appended<String>> third = new CompletableFuture<>();
    FetchLedger<String, String> watched =
        WatchedFetchLedger.watch(answering(List.of(first, second, failing, third)), emitted::add);
    List<CompletionStage<Appended<String>>> stages = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      stages.add(watched.append(FetchId.newest(KEY), AppendRequest.of("a", "")));
    }

    third.complete(appended(3));
    second.complete(appended(1));
    await(stages.get(3));
    failing.completeExceptionally(new LedgerUnavailableException("expected", null));
    assertThat(failureOf(stages.get(2))).isInstanceOf(LedgerUnavailableException.class);
    first.complete(appended(2));

    for (long sequence = 1; sequence <= 3; sequence++) {
      assertThat(emitted.poll(30, TimeUnit.SECONDS).sequence()).isEqualTo(sequence);
    }
  }
}
