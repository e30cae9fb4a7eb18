package dev.slipstream.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.CacheClosedException;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A subscriber that goes leaves the others alone, and the last one cancels the upstream. */
class LeaveTest {
  @RegisterExtension final Caches caches = new Caches();

  private final CoalescingCache<Integer, String> cache = caches.cache();
  private final ReactorCache<Integer, String> reactive = ReactorCache.of(cache);
  private final Upstream<String> upstream = new Upstream<>();
  private final Mono<String> mono = reactive.getOrFetch(1, key -> upstream.ask());

  @Test
  void disposeLeavesTheOthersAlone() {
    Disposable leaver = mono.subscribe();
    CompletableFuture<String> bystander = mono.toFuture();
    FetchHandle<String> other = cache.joinIfInFlight(1);

    leaver.dispose();

    assertThat(cache.awaiterCount()).isEqualTo(2);
    assertThat(upstream.cancels).hasValue(0);
    upstream.result.tryEmitValue("value").orThrow();
    assertThat(Eventually.value(bystander)).isEqualTo("value");
    assertThat(Eventually.value(other)).isEqualTo("value");
  }

  @Test
  void theLastOneCancelsTheUpstream() {
    Disposable first = mono.subscribe();
    Disposable second = mono.subscribe();
    FetchHandle<String> third = cache.joinIfInFlight(1);

    first.dispose();
    second.dispose();
    assertThat(upstream.cancels).hasValue(0);
    third.cancel(true);

    assertThat(upstream.cancels).hasValue(1);
    assertThat(cache.inFlightCount()).isZero();
  }

  @Test
  void aTimeoutLeaves() {
    CompletableFuture<String> bystander = mono.toFuture();

    StepVerifier.withVirtualTime(() -> mono.timeout(Duration.ofMillis(200)))
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(199))
        .then(() -> assertThat(cache.awaiterCount()).isEqualTo(2))
        .thenAwait(Duration.ofMillis(1))
        .verifyError(TimeoutException.class);

    assertThat(cache.awaiterCount()).isEqualTo(1);
    assertThat(upstream.cancels).hasValue(0);
    bystander.cancel(true);
    assertThat(upstream.cancels).hasValue(1);
  }

  @Test
  void theLastTimeoutCancelsTheUpstream() {
    StepVerifier.withVirtualTime(() -> mono.timeout(Duration.ofSeconds(2), Mono.just("default")))
        .expectSubscription()
        .thenAwait(Duration.ofSeconds(2))
        .expectNext("default")
        .verifyComplete();

    assertThat(upstream.cancels).hasValue(1);
    assertThat(cache.inFlightCount()).isZero();
  }

  @Test
  void oneThatCancelsAtOnceStartsNothing() {
    mono.subscribe(
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            cancel();
          }
        });

    assertThat(upstream.calls).hasValue(0);
  }

  @Test
  void oneThatCancelsWhileItsLoaderIsCalledLeaves() {
    BaseSubscriber<String> subscriber = new BaseSubscriber<>() {};

    reactive
        .getOrFetch(
            1,
            key -> {
              subscriber.cancel();
              return upstream.ask();
            })
        .subscribe(subscriber);

    assertThat(upstream.cancels).hasValue(1);
    assertThat(cache.inFlightCount()).isZero();
  }

  @Test
  void aCancelAfterTheEndDoesNothing() {
    Disposable subscriber = mono.subscribe();
    upstream.result.tryEmitValue("value").orThrow();
    Eventually.until("it ends", subscriber::isDisposed);
    subscriber.dispose();

    assertThat(upstream.cancels).hasValue(0);
    assertThat(cache.getIfPresent(1)).isEqualTo("value");
  }

  @Test
  void oneThatComesAfterTheCancelStartsANewFetch() {
    mono.subscribe().dispose();

    StepVerifier.create(reactive.getOrFetch(1, key -> Mono.just("second")))
        .expectNext("second")
        .verifyComplete();
  }

  /** A future that fails just when it is cancelled. */
  private static CompletableFuture<String> failingAtTheCancel() {
    return new CompletableFuture<>() {
      @Override
      public boolean cancel(boolean mayInterruptIfRunning) {
        return completeExceptionally(new IllegalStateException("as a test needs it"));
      }
    };
  }

  @Test
  void aFailureAtTheCancelIsNotDropped() {
    new HandleMono<>(context -> failingAtTheCancel())
        .subscribe(value -> {}, failure -> {})
        .dispose();

    assertThat(caches.takeDropped()).isEmpty();
  }

  @Test
  void aMonoFromAFutureWouldDropIt() {
    Mono.fromFuture(LeaveTest::failingAtTheCancel).subscribe(value -> {}, failure -> {}).dispose();

    assertThat(caches.takeDropped()).hasSize(1);
  }

  /**
   * Cancels at once; Reactor's own subscribers mark themselves before, and drop what comes then.
   */
  private static final class Leaver implements CoreSubscriber<String> {
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

    @Override
    public void onSubscribe(Subscription given) {
      subscription.complete(given);
      given.request(1);
    }

    void leave() {
      subscription.join().cancel();
    }

    @Override
    public void onNext(String value) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
  }

  @Test
  void aFailureThatMeetsALeaveIsNotDropped() {
    try (Race race = new Race()) {
      for (int round = 0; race.again(round, 5_000); round++) {
        Upstream<String> failing = new Upstream<>();
        Leaver leaver = new Leaver();
        reactive.getOrFetch(2, key -> failing.ask()).subscribe(leaver);
        race.run(
            leaver::leave,
            () -> failing.result.tryEmitError(new IllegalStateException("as a test needs it")));
        Eventually.until("it has ended", () -> cache.inFlightCount() == 0);
      }
    }

    assertThat(caches.takeDropped()).isEmpty();
  }

  @Test
  void aValueThatMeetsALeaveIsStoredOrItsFetchCancelled() {
    try (Race race = new Race()) {
      for (int round = 0; race.again(round, 5_000); round++) {
        Upstream<String> racing = new Upstream<>();
        cache.invalidate(3);
        Disposable leaver = reactive.getOrFetch(3, key -> racing.ask()).subscribe();
        race.run(leaver::dispose, () -> racing.result.tryEmitValue("value"));
        Eventually.until("it has ended", () -> cache.inFlightCount() == 0);
      }
    }
  }

  @Test
  void closingTheCacheCancelsTheUpstream() {
    CompletableFuture<String> subscriber = mono.toFuture();

    cache.close();

    assertThat(Eventually.failure(subscriber)).isInstanceOf(CacheClosedException.class);
    Eventually.until("the upstream is cancelled", () -> upstream.cancels.get() == 1);
  }
}
