package dev.slipstream.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.CacheClosedException;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchContext;
import dev.slipstream.FetchHandle;
import dev.slipstream.FetchTimeoutException;
import dev.slipstream.RecursiveFetchException;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What subscribers of {@code getOrFetch} get; {@link LeaveTest} has those that go before. */
class GetOrFetchTest {
  @RegisterExtension final Caches caches = new Caches();

  private final CoalescingCache<Integer, String> cache = caches.cache();
  private final ReactorCache<Integer, String> reactive = ReactorCache.of(cache);
  private final Upstream<String> upstream = new Upstream<>();

  @Test
  void nothingHappensUntilASubscriberComes() {
    Mono<String> mono = reactive.getOrFetch(1, key -> upstream.ask());

    assertThat(upstream.calls).hasValue(0);
    assertThat(cache.inFlightCount()).isZero();

    StepVerifier.create(mono)
        .then(() -> upstream.result.tryEmitValue("value").orThrow())
        .expectNext("value")
        .verifyComplete();
    StepVerifier.create(mono).expectNext("value").verifyComplete();
    assertThat(upstream.calls).as("the second subscriber had a hit").hasValue(1);
  }

  @Test
  void subscribersAndOtherCallersShareOneFetch() {
    FetchHandle<String> blocking = cache.getOrFetch(1, (key, context) -> upstream.ask().toFuture());
    Mono<String> mono = reactive.getOrFetch(1, key -> Mono.error(new AssertionError("called")));

    StepVerifier.create(Mono.zip(mono, mono))
        .then(() -> assertThat(cache.awaiterCount()).isEqualTo(3))
        .then(() -> upstream.result.tryEmitValue("value").orThrow())
        .expectNextMatches(both -> both.getT1().equals("value") && both.getT2().equals("value"))
        .verifyComplete();
    assertThat(Eventually.value(blocking)).isEqualTo("value");
    assertThat(upstream.subscriptions).hasValue(1);
  }

  @Test
  void aHitIsSignalledOnTheSubscribingThread() {
    cache.put(1, "cached");
    AtomicReference<Thread> thread = new AtomicReference<>();

    String value =
        reactive
            .getOrFetch(1, key -> upstream.ask())
            .doOnNext(next -> thread.set(Thread.currentThread()))
            .block();

    assertThat(value).isEqualTo("cached");
    assertThat(thread).hasValue(Thread.currentThread());
    assertThat(upstream.calls).hasValue(0);
  }

  @Test
  void theValueWaitsUntilItIsRequested() {
    cache.put(1, "cached");

    StepVerifier.create(reactive.getOrFetch(1, key -> upstream.ask()), 0)
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(1))
        .thenRequest(1)
        .expectNext("cached")
        .verifyComplete();
    StepVerifier.create(reactive.getOrFetch(2, key -> upstream.ask()), 0)
        .expectSubscription()
        .then(() -> upstream.result.tryEmitValue("value").orThrow())
        .then(() -> Eventually.until("it is stored", () -> cache.getIfPresent(2) != null))
        .thenRequest(1)
        .expectNext("value")
        .verifyComplete();
  }

  @Test
  void emptyIsAbsentAndNeedsNoRequest() {
    StepVerifier.create(reactive.getOrFetch(1, key -> Mono.empty()), 0).verifyComplete();

    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void absenceIsRememberedWhereTheCacheDoes() {
    CoalescingCache<Integer, String> remembering =
        caches.cache(builder -> builder.absentTtl(Duration.ofHours(1)));
    AtomicInteger calls = new AtomicInteger();
    Mono<String> mono =
        ReactorCache.of(remembering)
            .getOrFetch(1, key -> Mono.<String>empty().doOnSubscribe(s -> calls.incrementAndGet()));

    StepVerifier.create(mono).verifyComplete();
    StepVerifier.create(mono).verifyComplete();

    assertThat(calls).hasValue(1);
  }

  @Test
  void theLoaderIsGivenTheFetch() {
    AtomicReference<FetchContext> given = new AtomicReference<>();

    StepVerifier.create(
            reactive.getOrFetch(
                7,
                (key, context) -> {
                  given.set(context);
                  return Mono.just("value " + key);
                }))
        .expectNext("value 7")
        .verifyComplete();

    assertThat(given.get().key()).isEqualTo(7);
    assertThat(given.get().cacheName()).isEqualTo(cache.name());
  }

  @Test
  void theFirstSubscribersContextArrivesAtTheLoader() {
    Mono<String> mono = reactive.getOrFetch(1, key -> upstream.ask());
    CompletableFuture<String> first =
        mono.contextWrite(context -> context.put(Upstream.USER, "Ann")).toFuture();
    CompletableFuture<String> second =
        mono.contextWrite(context -> context.put(Upstream.USER, "Bea")).toFuture();

    upstream.result.tryEmitValue("value").orThrow();

    assertThat(Eventually.value(first)).isEqualTo("value");
    assertThat(Eventually.value(second)).isEqualTo("value");
    assertThat(upstream.users).containsExactly("Ann");
  }

  @Test
  void theLoadersOwnContextComesFirst() {
    StepVerifier.create(
            reactive
                .getOrFetch(
                    1, key -> upstream.ask().contextWrite(c -> c.put(Upstream.USER, "the loader")))
                .contextWrite(context -> context.put(Upstream.USER, "Ann")))
        .then(() -> upstream.result.tryEmitValue("value").orThrow())
        .expectNext("value")
        .verifyComplete();

    assertThat(upstream.users).containsExactly("the loader");
  }

  @Test
  void aFailureReachesEachSubscriberAsItIsAndIsNotStored() {
    IllegalStateException failure = new IllegalStateException("as a test needs it");
    Mono<String> mono = reactive.getOrFetch(1, key -> upstream.ask());
    CompletableFuture<String> first = mono.toFuture();
    CompletableFuture<String> second = mono.toFuture();

    upstream.result.tryEmitError(failure).orThrow();

    assertThat(Eventually.failure(first)).isSameAs(failure);
    assertThat(Eventually.failure(second)).isSameAs(failure);
    StepVerifier.create(reactive.getOrFetch(1, key -> Mono.just("again")))
        .expectNext("again")
        .verifyComplete();
  }

  @Test
  void aLoaderThatThrowsFailsTheMono() {
    IllegalStateException failure = new IllegalStateException("as a test needs it");
    Function<Integer, Mono<String>> loader =
        key -> {
          throw failure;
        };

    StepVerifier.create(reactive.getOrFetch(1, loader))
        .expectErrorSatisfies(thrown -> assertThat(thrown).isSameAs(failure))
        .verify();
  }

  @Test
  void aLoaderThatReturnsNullSaysWhatToReturn() {
    Function<Integer, Mono<String>> loader = key -> null;

    StepVerifier.create(reactive.getOrFetch(1, loader))
        .expectErrorSatisfies(
            thrown ->
                assertThat(thrown)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageEndingWith(
                        "returned null in the place of a Mono for key 1: return Mono.empty() if there is no value"))
        .verify();
  }

  @Test
  void theFetchTimeoutFailsTheMonoAndCancelsTheUpstream() {
    CoalescingCache<Integer, String> impatient =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(500)));

    StepVerifier.create(ReactorCache.of(impatient).getOrFetch(1, key -> upstream.ask()))
        .verifyError(FetchTimeoutException.class);

    Eventually.until("the upstream is cancelled", () -> upstream.cancels.get() == 1);
  }

  @Test
  void aLoaderThatNeedsItsOwnValueFails() {
    Mono<String> inner = reactive.getOrFetch(1, key -> upstream.ask());

    StepVerifier.create(reactive.getOrFetch(1, key -> inner))
        .verifyError(RecursiveFetchException.class);
  }

  @Test
  void theMonoOfAClosedCacheFails() {
    cache.close();

    StepVerifier.create(reactive.getOrFetch(1, key -> upstream.ask()))
        .verifyError(CacheClosedException.class);
    assertThat(upstream.calls).hasValue(0);
  }

  @Test
  void manySubscribersOnManyThreadsShareOneFetch() {
    Mono<String> mono =
        reactive.getOrFetch(1, key -> upstream.ask()).subscribeOn(Schedulers.boundedElastic());
    Mono<Long> all = Mono.just(mono).repeat(99).flatMap(each -> each, 100).count();
    CompletableFuture<Long> count = all.toFuture();

    Eventually.until("all have joined", () -> cache.awaiterCount() == 100);
    upstream.result.tryEmitValue("value").orThrow();

    assertThat(Eventually.value(count)).isEqualTo(100);
    assertThat(upstream.subscriptions).hasValue(1);
  }

  @Test
  void nullsAreNamedAtOnce() {
    Function<Integer, Mono<String>> none = null;

    assertThatNullPointerException()
        .isThrownBy(() -> reactive.getOrFetch(null, key -> upstream.ask()))
        .withMessage("key");
    assertThatNullPointerException()
        .isThrownBy(() -> reactive.getOrFetch(1, none))
        .withMessage("loader");
    assertThatNullPointerException().isThrownBy(() -> ReactorCache.of(null)).withMessage("cache");
  }
}
