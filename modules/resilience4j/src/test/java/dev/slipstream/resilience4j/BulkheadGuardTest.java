package dev.slipstream.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bulkhead limits fetches, and each gives its place back once, whatever ends it. */
class BulkheadGuardTest {
  private final CoalescingCache<Integer, String> cache =
      CoalescingCache.builder().maximumSize(100).build();
  private final Bulkhead bulkhead =
      Bulkhead.of(
          "backend",
          BulkheadConfig.custom().maxConcurrentCalls(2).maxWaitDuration(Duration.ZERO).build());
  private final Source source = new Source();
  private final AsyncLoader<Integer, String> guarded = Guards.bulkhead(bulkhead, source);

  @AfterEach
  void close() {
    cache.close();
  }

  private int places() {
    return bulkhead.getMetrics().getAvailableConcurrentCalls();
  }

  @Test
  void callersOfOneFetchTakeOnePlace() {
    FetchHandle<String> first = cache.getOrFetch(1, guarded);
    FetchHandle<String> second = cache.getOrFetch(1, guarded);
    assertThat(places()).isEqualTo(1);

    source.call(1).complete("value");

    assertThat(Eventually.value(first)).isEqualTo("value");
    assertThat(Eventually.value(second)).isEqualTo("value");
    assertThat(places()).isEqualTo(2);
  }

  @Test
  void aFetchThatFindsNoPlaceFails() {
    FetchHandle<String> one = cache.getOrFetch(1, guarded);
    FetchHandle<String> two = cache.getOrFetch(2, guarded);

    assertThat(Eventually.failure(cache.getOrFetch(3, guarded)))
        .isInstanceOf(BulkheadFullException.class);
    assertThat(source.calls()).isEqualTo(2);

    source.call(1).completeExceptionally(new IllegalStateException("as a test needs it"));
    Eventually.failure(one);
    FetchHandle<String> three = cache.getOrFetch(3, guarded);
    source.call(3).complete("value");
    assertThat(Eventually.value(three)).isEqualTo("value");
    two.cancel(true);
    assertThat(places()).isEqualTo(2);
  }

  @Test
  void theLastLeaveGivesThePlaceBackAndCancelsTheSource() {
    FetchHandle<String> first = cache.getOrFetch(1, guarded);
    FetchHandle<String> second = cache.getOrFetch(1, guarded);

    first.cancel(true);
    assertThat(places()).isEqualTo(1);
    second.cancel(true);

    assertThat(places()).isEqualTo(2);
    assertThat(source.call(1)).isCancelled();
  }

  @Test
  void aLoaderThatThrowsGivesThePlaceBack() {
    FetchHandle<String> caller =
        cache.getOrFetch(
            1,
            Guards.<Integer, String>bulkhead(
                bulkhead,
                (key, context) -> {
                  throw new IllegalStateException("as a test needs it");
                }));

    assertThat(Eventually.failure(caller)).isInstanceOf(IllegalStateException.class);
    assertThat(places()).isEqualTo(2);
  }

  @Test
  void anEndThatMeetsALeaveGivesThePlaceBackOnce() {
    try (Race race = new Race()) {
      for (int round = 0; race.again(round, 5_000); round++) {
        Source racing = new Source();
        cache.invalidate(1);
        FetchHandle<String> leaver = cache.getOrFetch(1, Guards.bulkhead(bulkhead, racing));
        race.run(() -> leaver.cancel(true), () -> racing.call(1).complete("value"));

        Eventually.until("the places are back", () -> places() == 2);
      }
    }
    assertThat(places()).isEqualTo(2);
  }
}
