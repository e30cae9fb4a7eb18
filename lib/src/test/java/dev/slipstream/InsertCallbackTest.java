package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.RemovalListener;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The insert callback decides what is stored and delivered; the identity function, what may be. */
class InsertCallbackTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<String> removed = new CopyOnWriteArrayList<>();

  private CoalescingCache<String, String> cache(InsertCallback<String, String> insert) {
    RemovalListener<String, String> listener = (key, value, cause) -> removed.add(value);
    return caches.track(
        CoalescingCache.builder()
            .continuationExecutor(Runnable::run)
            .removalListener(listener)
            .onInsert(insert)
            .build());
  }

  private static void fetch(CoalescingCache<String, String> cache, String value, String delivered) {
    FetchHandle<String> handle =
        cache.refresh("k", (key, context) -> CompletableFuture.completedFuture(value));
    assertThat(Eventually.value(handle)).isEqualTo(delivered);
  }

  @Test
  void whatItReturnsIsStoredAndDelivered() {
    CoalescingCache<String, String> cache =
        cache((key, fetched, current) -> key + ":" + fetched + ":" + current);

    fetch(cache, "1", "k:1:null");
    assertThat(cache.getIfPresent("k")).isEqualTo("k:1:null");
    fetch(cache, "2", "k:2:k:1:null");
    assertThat(cache.getIfPresent("k")).isEqualTo("k:2:k:1:null");
  }

  @Test
  void replaceLetsTheFetchedValueWin() {
    CoalescingCache<String, String> cache = cache(InsertCallback.replace());
    cache.put("k", "old");

    fetch(cache, "new", "new");

    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    assertThat(removed).containsExactly("old");
  }

  @Test
  void keepExistingLetsTheValueThatIsThereWinAndStoresNothing() {
    CoalescingCache<String, String> cache = cache(InsertCallback.keepExisting());
    fetch(cache, "first", "first");

    fetch(cache, "second", "first");

    assertThat(cache.getIfPresent("k")).isEqualTo("first");
    assertThat(removed).as("entries that were written over").isEmpty();
  }

  @Test
  void aRefreshThatKeepsTheValueRenewsItsTimeToLive() {
    FakeTicker ticker = new FakeTicker();
    InsertCallback<String, String> keep = InsertCallback.keepExisting();
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfterWrite(Duration.ofSeconds(10))
                .onInsert(keep)
                .build());
    fetch(cache, "first", "first");
    ticker.advance(Duration.ofSeconds(9));

    fetch(cache, "second", "first");

    ticker.advance(Duration.ofSeconds(9));
    assertThat(cache.getIfPresent("k")).isEqualTo("first");
    ticker.advance(Duration.ofSeconds(1));
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void itRunsForNoAbsence() {
    AtomicInteger inserts = new AtomicInteger();
    CoalescingCache<String, String> cache =
        cache(
            (key, fetched, current) -> {
              inserts.incrementAndGet();
              return fetched;
            });

    fetch(cache, null, null);

    assertThat(inserts).hasValue(0);
  }

  @Test
  void itRunsForNoPut() {
    CoalescingCache<String, String> cache = cache((key, fetched, current) -> "inserted");

    cache.put("k", "put");

    assertThat(cache.getIfPresent("k")).isEqualTo("put");
  }

  @Test
  void itRunsOnTheThreadThatCompletesTheFetch() {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        cache(
            (key, fetched, current) -> {
              threads.add(Thread.currentThread());
              return fetched;
            });
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    Caller<Boolean> completer = Caller.start(() -> loader.run().answer.complete("v"));

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(completer.value()).isTrue();
    assertThat(threads).containsExactly(completer);
  }

  @Test
  void aFailedRefreshInsertKeepsTheOldValue() {
    CoalescingCache<String, String> cache =
        cache(
            (key, fetched, current) -> {
              throw new IllegalStateException("no");
            });
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());

    loader.run().complete("new");

    assertThat(Eventually.failure(handle)).isInstanceOf(InsertFailedException.class);
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
  }

  @Test
  void anIdentityThatMatchesLetsTheValueIn() {
    CoalescingCache<String, String> checked =
        caches.track(
            CoalescingCache.builder().identity((String value) -> value.substring(0, 1)).build());

    assertThat(checked.get("k", key -> "k-value")).isEqualTo("k-value");
    assertThat(checked.getIfPresent("k")).isEqualTo("k-value");
  }

  @Test
  void anIdentityThatDoesNotMatchNamesWhatWasAskedAndWhatWasFound() {
    AtomicInteger inserts = new AtomicInteger();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          inserts.incrementAndGet();
          return fetched;
        };
    CoalescingCache<String, String> checked =
        caches.track(
            CoalescingCache.builder()
                .identity((String value) -> "other-id")
                .onInsert(insert)
                .build());
    FetchHandle<String> handle = checked.getOrFetch("asked-id", loader.async());

    loader.run().complete("v");

    assertThat(Eventually.failure(handle))
        .isInstanceOf(IdentityMismatchException.class)
        .hasMessageContaining("asked-id")
        .hasMessageContaining("other-id");
    assertThat(inserts).as("inserts of what was not asked for").hasValue(0);
    assertThat(checked.asMap()).isEmpty();
  }

  @Test
  void theIdentityOfAPutIsNotChecked() {
    CoalescingCache<String, String> checked =
        caches.track(CoalescingCache.builder().identity((String value) -> "other-id").build());

    checked.put("k", "v");

    assertThat(checked.getIfPresent("k")).isEqualTo("v");
  }
}
