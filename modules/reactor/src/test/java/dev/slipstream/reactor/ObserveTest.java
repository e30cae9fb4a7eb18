package dev.slipstream.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.CoalescingCache;
import dev.slipstream.InFlight;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Cached values, events and running fetches. */
class ObserveTest {
  @RegisterExtension final Caches caches = new Caches();

  private final CoalescingCache<Integer, String> cache =
      caches.cache(builder -> builder.eventJournal(16).name("users"));
  private final ReactorCache<Integer, String> reactive = ReactorCache.of(cache);
  private final Upstream<String> upstream = new Upstream<>();

  @Test
  void getIfPresentLooksAtEachSubscriptionAndStartsNothing() {
    Mono<String> mono = reactive.getIfPresent(1);

    StepVerifier.create(mono).verifyComplete();
    cache.put(1, "value");
    StepVerifier.create(mono).expectNext("value").verifyComplete();
    assertThatNullPointerException()
        .isThrownBy(() -> reactive.getIfPresent(null))
        .withMessage("key");
  }

  @Test
  void eventsBeginWithTheNextAndEndWithTheCache() {
    cache.put(1, "before");

    StepVerifier.create(reactive.events(4).map(CacheEvent::type))
        .then(() -> cache.put(1, "value"))
        .expectNext(EventType.PUT)
        .then(() -> cache.invalidate(1))
        .expectNext(EventType.INVALIDATED)
        .then(cache::close)
        .verifyComplete();
    StepVerifier.create(reactive.events(4)).verifyComplete();
  }

  @Test
  void ofTheEventsThatAreNotRequestedTheLatestAreKept() {
    Flux<Integer> keys = reactive.events(2).map(CacheEvent::key);

    StepVerifier.create(keys, 0)
        .then(
            () -> {
              for (int key = 1; key <= 5; key++) {
                cache.put(key, "value");
              }
            })
        .thenRequest(9)
        .expectNext(4, 5)
        .thenCancel()
        .verify();
  }

  @Test
  void eventsOfACacheWithoutAJournalSayHowToGetThem() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ReactorCache.of(caches.cache()).events(1))
        .withMessageContaining("eventJournal");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> reactive.events(0))
        .withMessage("capacity must be at least 1, but is 0");
  }

  @Test
  void inFlightLooksAtOnceAndThenAgainAndAgain() {
    StepVerifier.withVirtualTime(
            () -> reactive.inFlight(Duration.ofSeconds(1)).map(ObserveTest::keys))
        .expectSubscription()
        .thenAwait()
        .expectNext(List.of())
        .then(() -> fetch(7))
        .expectNoEvent(Duration.ofMillis(999))
        .thenAwait(Duration.ofMillis(1))
        .expectNext(List.of(7))
        .then(() -> upstream.result.tryEmitValue("value").orThrow())
        .thenAwait(Duration.ofSeconds(2))
        .expectNext(List.of(), List.of())
        .thenCancel()
        .verify();
  }

  private Disposable fetch(int key) {
    return reactive.getOrFetch(key, missing -> upstream.ask()).subscribe();
  }

  private static List<Integer> keys(List<InFlight<Integer>> fetches) {
    return fetches.stream().map(InFlight::key).toList();
  }

  @Test
  void aSubscriberThatRequestsNothingMissesLooks() {
    StepVerifier.withVirtualTime(
            () -> reactive.inFlight(Duration.ofSeconds(1)).map(ObserveTest::keys), 0)
        .expectSubscription()
        .thenAwait(Duration.ofMinutes(1))
        .then(() -> fetch(7))
        .thenRequest(1)
        .thenAwait(Duration.ofSeconds(1))
        .expectNext(List.of(7))
        .thenCancel()
        .verify();
    upstream.result.tryEmitValue("value").orThrow();
  }

  @Test
  void aTimeOfNothingIsRefused() {
    for (Duration every : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> reactive.inFlight(every))
          .withMessage("every must be more than zero, but is " + every);
    }
    assertThatNullPointerException().isThrownBy(() -> reactive.inFlight(null)).withMessage("every");
  }

  @Test
  void itNamesItsCache() {
    assertThat(reactive).hasToString("ReactorCache[users]");
    assertThat(reactive.cache()).isSameAs(cache);
  }
}
