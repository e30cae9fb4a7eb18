package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Refresh: the key is fetched anew though it is cached, the old value is served meanwhile, a
 * failure keeps it, and an absence removes it.
 */
class RefreshTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void theOldValueIsServedWhileTheNewOneIsFetched() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());
    assertThat(refreshed.origin()).isEqualTo(Origin.STARTED);

    FetchHandle<String> hit = cache.getOrFetch("k", key -> "never");
    assertThat(hit.origin()).isEqualTo(Origin.HIT);
    assertThat(hit).isCompletedWithValue("old");
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
    assertThat(cache.get("k", key -> "never")).isEqualTo("old");

    loader.run().complete("new");
    assertThat(Eventually.value(refreshed)).isEqualTo("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void aRefreshOnTheExecutorDoesTheSame() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.blocking());
    assertThat(cache.getIfPresent("k")).isEqualTo("old");

    loader.run().complete("new");

    assertThat(Eventually.value(refreshed)).isEqualTo("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @Test
  void refreshesShareOneFlight() {
    cache.put("k", "old");
    ControlledLoader<String> unused = new ControlledLoader<>();
    FetchHandle<String> one = cache.refresh("k", loader.async());
    FetchHandle<String> two = cache.refresh("k", unused.async());
    FetchHandle<String> three = cache.joinIfInFlight("k");
    assertThat(two.origin()).isEqualTo(Origin.JOINED);

    loader.run().complete("new");

    assertThat(Eventually.value(one)).isEqualTo("new");
    assertThat(Eventually.value(two)).isEqualTo("new");
    assertThat(Eventually.value(three)).isEqualTo("new");
    assertThat(unused.starts()).isZero();
  }

  @Test
  void aFailureKeepsTheOldValue() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());

    loader.run().fail(new IllegalStateException("down"));

    assertThat(Eventually.failure(refreshed)).hasMessage("down");
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
  }

  @Test
  void anAbsenceRemovesTheEntry() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());

    loader.run().complete(null);

    assertThat(Eventually.value(refreshed)).isNull();
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void theEntryIsGoneBeforeTheAbsenceIsSeen() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());
    CompletableFuture<String> seen = refreshed.thenApply(nothing -> cache.getIfPresent("k"));

    loader.run().complete(null);

    assertThat(Eventually.value(seen)).isNull();
  }

  @Test
  void theLastLeaveCancelsItAndKeepsTheOldValue() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());

    refreshed.cancel(true);

    assertThat(loader.run().answer).isCancelled();
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
  }

  @Test
  void aHitOnTheOldValueIsNoCallerOfTheRefresh() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());
    FetchHandle<String> hit = cache.getOrFetch("k", key -> "never");
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);

    hit.cancel(true);
    assertThat(loader.run().isCancelled()).isFalse();

    loader.run().complete("new");
    assertThat(Eventually.value(refreshed)).isEqualTo("new");
  }

  @Test
  void aKeyThatIsNotCachedIsFetched() {
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());
    FetchHandle<String> joiner = cache.getOrFetch("k", key -> "never");
    assertThat(joiner.origin()).isEqualTo(Origin.JOINED);

    loader.run().complete("v");

    assertThat(Eventually.value(refreshed)).isEqualTo("v");
    assertThat(Eventually.value(joiner)).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void theInsertCallbackSeesTheOldValue() {
    List<String> currents = new CopyOnWriteArrayList<>();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          currents.add(String.valueOf(current));
          return fetched;
        };
    CoalescingCache<String, String> inserting =
        caches.track(CoalescingCache.builder().onInsert(insert).build());
    inserting.put("k", "old");
    FetchHandle<String> refreshed = inserting.refresh("k", loader.async());

    loader.run().complete("new");

    assertThat(Eventually.value(refreshed)).isEqualTo("new");
    assertThat(currents).containsExactly("old");
  }

  @Test
  void aRefreshRenewsTheTimeToLive() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> expiring =
        caches.cache(builder -> builder.ticker(ticker).expireAfterWrite(Duration.ofSeconds(10)));
    expiring.put("k", "old");
    ticker.advance(Duration.ofSeconds(9));
    FetchHandle<String> refreshed = expiring.refresh("k", loader.async());
    loader.run().complete("new");
    assertThat(Eventually.value(refreshed)).isEqualTo("new");

    ticker.advance(Duration.ofSeconds(9));
    assertThat(expiring.getIfPresent("k")).isEqualTo("new");
    ticker.advance(Duration.ofSeconds(2));
    assertThat(expiring.getIfPresent("k")).isNull();
  }

  @Test
  void aSecondRefreshAfterTheFirstFetchesAgain() {
    ControlledLoader<String> again = new ControlledLoader<>();
    FetchHandle<String> one = cache.refresh("k", loader.async());
    loader.run().complete("1");
    FetchHandle<String> two = cache.refresh("k", again.async());
    again.run().complete("2");

    assertThat(Eventually.value(one)).isEqualTo("1");
    assertThat(Eventually.value(two)).isEqualTo("2");
    assertThat(cache.getIfPresent("k")).isEqualTo("2");
  }
}
