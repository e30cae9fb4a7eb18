package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.FetchContext;
import dev.slipstream.FetchException;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A caller that goes leaves the others alone, and the last one that goes cancels the load. */
class LeaveTest {
  @RegisterExtension final App app = new App();

  @Test
  void aSubscriberThatDisconnectsHarmsNoOther() {
    Sinks.One<String> upstream = Sinks.one();
    AtomicInteger cancels = new AtomicInteger();
    app.source.mono = () -> upstream.asMono().doOnCancel(cancels::incrementAndGet);
    Disposable leaver = app.users().mono(1).subscribe();
    CompletableFuture<String> bystander = app.users().mono(1).toFuture();
    app.awaitCallers(2);

    leaver.dispose();

    assertThat(app.nativeCache().awaiterCount()).isEqualTo(1);
    upstream.tryEmitValue("late");
    assertThat(Eventually.value(bystander)).isEqualTo("late");
    assertThat(cancels).hasValue(0);
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void theLastSubscriberThatDisconnectsCancelsTheUpstream() {
    AtomicInteger cancels = new AtomicInteger();
    app.source.mono = () -> Mono.<String>never().doOnCancel(cancels::incrementAndGet);
    List<Disposable> subscribers =
        IntStream.range(0, 5).mapToObj(i -> app.users().mono(1).subscribe()).toList();
    app.awaitCallers(5);

    subscribers.subList(0, 4).forEach(Disposable::dispose);
    assertThat(cancels).hasValue(0);
    subscribers.get(4).dispose();

    assertThat(cancels).hasValue(1);
    assertThat(app.nativeCache().inFlightCount()).isZero();
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void theLastSubscriberOfAFluxThatDisconnectsCancelsTheUpstream() {
    AtomicInteger cancels = new AtomicInteger();
    app.source.flux = () -> Flux.<String>never().doOnCancel(cancels::incrementAndGet);
    Disposable first = app.users().flux(1).subscribe();
    Disposable second = app.users().flux(1).subscribe();

    first.dispose();
    assertThat(cancels).hasValue(0);
    second.dispose();

    assertThat(cancels).hasValue(1);
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aSubscriberThatJoinedWithoutSyncLeavesToo() {
    app.source.mono = Mono::never;
    Disposable loading = app.users().mono(1).subscribe();
    Disposable joined = app.users().splitMono(1).subscribe();
    app.awaitCallers(2);

    joined.dispose();

    assertThat(app.nativeCache().awaiterCount()).isEqualTo(1);
    loading.dispose();
  }

  @Test
  void aSubscribersOwnTimeoutIsALeave() {
    Sinks.One<String> upstream = Sinks.one();
    app.source.mono = upstream::asMono;
    CompletableFuture<String> bystander = app.users().mono(1).toFuture();

    Throwable timeout =
        Eventually.failure(app.users().mono(1).timeout(Duration.ofMillis(20)).toFuture());

    assertThat(timeout).isInstanceOf(TimeoutException.class);
    app.awaitCallers(1);
    upstream.tryEmitValue("late");
    assertThat(Eventually.value(bystander)).isEqualTo("late");
  }

  @Test
  void aDisconnectDropsNoErrors() {
    List<Throwable> dropped = new CopyOnWriteArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    try {
      app.source.mono = Mono::never;
      Disposable first = app.users().mono(1).subscribe();
      Disposable second = app.users().mono(1).subscribe();
      first.dispose();
      second.dispose();
      assertThat(app.nativeCache().inFlightCount()).isZero();
    } finally {
      Hooks.resetOnErrorDropped();
    }

    assertThat(dropped).isEmpty();
  }

  @Test
  void aSubscriberAfterTheCancelStartsANewLoad() {
    app.source.mono = Mono::never;
    app.users().mono(1).subscribe().dispose();
    app.source.mono = () -> Mono.just("second");

    assertThat(app.users().mono(1).block()).isEqualTo("second");
    assertThat(app.source.calls).hasValue(2);
  }

  @Test
  void cancellingTheFutureThatSpringHandsOutLeaves() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    CompletableFuture<String> leaver = app.users().future(1);
    CompletableFuture<String> bystander = app.users().future(1);

    leaver.cancel(true);

    assertThat(app.nativeCache().awaiterCount()).isEqualTo(1);
    upstream.complete("late");
    assertThat(Eventually.value(bystander)).isEqualTo("late");
  }

  @Test
  void aStageDerivedByTheCallerLeavesNothing() {
    app.source.future = CompletableFuture::new;
    CompletableFuture<String> caller = app.users().future(1);

    caller.thenApply(String::length).cancel(true);

    assertThat(app.nativeCache().awaiterCount()).isEqualTo(1);
  }

  @Test
  void aFutureMethodLearnsOfTheLastLeaveThroughItsContext() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future =
        () -> {
          FetchContext.current().onAbandon(() -> upstream.cancel(true));
          return upstream;
        };
    List<CompletableFuture<String>> callers = List.of(app.users().future(1), app.users().future(1));

    callers.get(0).cancel(true);
    assertThat(upstream).isNotDone();
    callers.get(1).cancel(true);

    Eventually.until("the upstream is cancelled", upstream::isCancelled);
  }

  @Test
  void aBlockedCallerThatIsInterruptedLeavesTheOthersAlone() {
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          interrupted.set(Thread.currentThread().isInterrupted());
          return "late";
        };
    Caller<String> first = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(1);
    Caller<String> leaver = Caller.start(() -> app.users().blocking(1));
    Caller<String> bystander = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(3);

    leaver.interrupt();

    assertThat(leaver.failure())
        .isExactlyInstanceOf(FetchException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(leaver.wasInterruptedAfterwards()).isTrue();
    release.countDown();
    assertThat(first.value()).isEqualTo("late");
    assertThat(bystander.value()).isEqualTo("late");
    assertThat(interrupted).isFalse();
    assertThat(app.source.calls).hasValue(1);
  }

  @Test
  void aValueThatIsEvictedWhileItIsLoadedIsNotStored() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    CompletableFuture<String> early = app.users().future(1);

    app.users().evict(1);
    app.source.future = () -> CompletableFuture.completedFuture("new");
    CompletableFuture<String> later = app.users().future(1);
    upstream.complete("old");

    assertThat(Eventually.value(early)).isEqualTo("old");
    assertThat(Eventually.value(later)).isEqualTo("new");
    assertThat(app.cache().get(1, String.class)).isEqualTo("new");
  }

  @Test
  void aValueThatIsClearedWhileABlockingMethodLoadsItIsNotStored() {
    CountDownLatch release = new CountDownLatch(1);
    app.source.blocking =
        () -> {
          Eventually.opens(release);
          return "old";
        };
    Caller<String> early = Caller.start(() -> app.users().blocking(1));
    app.awaitCallers(1);

    app.users().evictAll();
    release.countDown();

    assertThat(early.value()).isEqualTo("old");
    assertThat(app.cache().get(1)).isNull();
  }

  @Test
  void aPutWhileItIsLoadedWins() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    app.source.future = () -> upstream;
    CompletableFuture<String> early = app.users().future(1);

    app.users().put(1, "put");
    upstream.complete("loaded");

    assertThat(Eventually.value(early)).isEqualTo("loaded");
    assertThat(app.cache().get(1, String.class)).isEqualTo("put");
  }
}
