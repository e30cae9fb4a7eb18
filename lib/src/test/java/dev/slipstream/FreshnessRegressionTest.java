package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@link CacheModelTest} has found, or has been written for. */
class FreshnessRegressionTest {
  private static final Duration DUE = Duration.ofMinutes(1);
  private static final Duration TTL = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofHours(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final FakeTicker ticker = new FakeTicker();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final CoalescingCache<String, String> cache =
      caches.cache(
          builder ->
              builder
                  .ticker(ticker)
                  .executor(Runnable::run)
                  .continuationExecutor(Runnable::run)
                  .expireAfterWrite(TTL)
                  .refreshAfterWrite(DUE)
                  .staleIfError(LONG)
                  .failureBackoff(LONG, LONG)
                  .failureTtl(DUE));

  private FetchHandle<String> ask(String key) {
    return cache.getOrFetch(key, loader.async());
  }

  private ControlledLoader.Run<String> last() {
    return loader.run(loader.starts() - 1);
  }

  private TagIndex<String> tags() {
    return ((SlipstreamCache<String, String>) cache).core.tags;
  }

  @Test
  void aHandleWhoseSecondFetchBroughtAnExpiredValueSaidJoined() {
    cache.put("k", "old");
    ticker.advance(TTL);
    FetchHandle<String> first = ask("k");
    cache.invalidateTag("tag");
    FetchHandle<String> second = ask("k");
    loader.run().context.tag("tag");
    loader.run().complete("outdated");
    assertThat(first).isCompletedWithValue("outdated");
    last().fail(new IOException("down"));
    assertThat(second).isCompletedWithValue("old");
    assertThat(second.origin()).isEqualTo(Origin.STALE);
  }

  @Test
  void aValueThatExpiredWithinTheBackoffOfItsRefreshWasFetchedAtOnce() {
    cache.put("k", "old");
    ticker.advance(DUE);
    assertThat(ask("k")).isCompletedWithValue("old");
    last().fail(new IOException("down"));
    ticker.advance(TTL.minus(DUE));
    assertThat(ask("k")).isCompletedWithValue("old");
    assertThat(loader.starts()).isEqualTo(1);
    assertThat(cache.stats().staleOnErrorCount()).isEqualTo(1);
    ticker.advance(LONG.minus(TTL).plus(DUE)); // the longest that the backoff may last
    FetchHandle<String> later = ask("k");
    last().complete("new");
    assertThat(later).isCompletedWithValue("new");
  }

  @Test
  void aFailureThatIsNotCoveredDelaysRefreshesButNoFetchOfTheExpiredValue() {
    CoalescingCache<String, String> strict =
        caches.cache(
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfterWrite(TTL)
                    .refreshAfterWrite(DUE)
                    .staleIfError(LONG, failure -> failure instanceof IllegalStateException)
                    .failureBackoff(LONG, LONG));
    strict.put("k", "old");
    ticker.advance(DUE);
    assertThat(strict.getOrFetch("k", loader.async())).isCompletedWithValue("old");
    last().fail(new IOException("down"));
    assertThat(strict.getOrFetch("k", loader.async())).isCompletedWithValue("old");
    assertThat(loader.starts()).isEqualTo(1);
    ticker.advance(TTL.minus(DUE));
    FetchHandle<String> caller = strict.getOrFetch("k", loader.async());
    assertThat(loader.starts()).isEqualTo(2);
    last().complete("new");
    assertThat(caller).isCompletedWithValue("new");
  }

  @Test
  void aFencedFetchThatSucceededLateClearedTheFailureOfANewerOne() {
    FetchHandle<String> fenced = ask("k");
    cache.invalidate("k");
    FetchHandle<String> newer = ask("k");
    last().fail(new IOException("down"));
    assertThat(newer).isCompletedExceptionally();
    loader.run(0).complete("late");
    assertThat(fenced).isCompletedWithValue("late");
    assertThat(ask("k")).isCompletedExceptionally();
    assertThat(loader.starts()).isEqualTo(2);
  }

  @Test
  void aRefreshThatSucceededWithoutAStoreLeftTheBackoffOfADueEntry() {
    cache.put("k", "old");
    ticker.advance(DUE);
    assertThat(ask("k")).isCompletedWithValue("old");
    last().fail(new IOException("down"));
    refreshWithoutStore();
    assertThat(ask("k").origin()).isEqualTo(Origin.STALE);
    assertThat(loader.starts()).isEqualTo(3);
    last().complete("new");
  }

  @Test
  void aRefreshThatSucceededWithoutAStoreLeftTheBackoffOfAnExpiredValue() {
    cache.put("k", "old");
    ticker.advance(TTL);
    FetchHandle<String> failed = ask("k");
    last().fail(new IOException("down"));
    assertThat(failed).isCompletedWithValue("old");
    refreshWithoutStore();
    FetchHandle<String> next = ask("k");
    assertThat(next).isNotDone();
    last().complete("new");
    assertThat(next).isCompletedWithValue("new");
  }

  private void refreshWithoutStore() {
    FetchHandle<String> refresh = cache.refresh("k", loader.async());
    last().context.doNotStore();
    last().complete("not stored");
    assertThat(refresh).isCompletedWithValue("not stored");
  }

  @Test
  void aValueThatHadExpiredUnseenWasServedAfterALoadHadFoundNothing() {
    cache.put("k", "old");
    ticker.advance(TTL);
    FetchHandle<String> refresh = cache.refresh("k", loader.async());
    last().complete(null);
    assertThat(refresh).isCompletedWithValue(null);
    FetchHandle<String> failed = ask("k");
    last().fail(new IOException("down"));
    assertThat(failed).isCompletedExceptionally();
  }

  @Test
  void cleanUpLeftTheTagsOfFailuresAndOfValuesThatWereKeptNoLonger() {
    cache.put("kept", "value", Set.of("of a value"));
    ticker.advance(TTL);
    FetchHandle<String> failed = ask("failed");
    last().context.tag("of a failure");
    last().fail(new IOException("down"));
    assertThat(failed).isCompletedExceptionally();
    cache.cleanUp();
    assertThat(tags().linkedTags()).containsExactlyInAnyOrder("of a value", "of a failure");
    ticker.advance(LONG.plus(TTL));
    cache.cleanUp();
    assertThat(tags().linkedTags()).isEmpty();
  }

  @Test
  void anInvalidatedTagWasNotedThoughNoFetchRanAnyMore() {
    FetchHandle<String> older = ask("older");
    cache.invalidateTag("tag");
    FetchHandle<String> newer = ask("newer");
    FetchHandle<String> newest = ask("newest");
    for (int i = 0; i < 3; i++) {
      loader.run(i).complete("value");
    }
    assertThat(older).isCompletedWithValue("value");
    assertThat(newer).isCompletedWithValue("value");
    assertThat(newest).isCompletedWithValue("value");
    cache.invalidateTag("tag");
    assertThat(tags().noted()).isEmpty();
  }

  @Test
  void aCompletionHandlerFoundThePlaceOfItsOwnFetchTaken() {
    CoalescingCache<String, String> bounded =
        caches.cache(
            builder -> builder.continuationExecutor(Runnable::run).maxConcurrentFetches(1, 0));
    CompletableFuture<String> both =
        bounded
            .getOrFetch("first", loader.async())
            .thenCompose(value -> bounded.getOrFetch("second", loader.async()));
    last().complete("first value");
    assertThat(both).isNotDone();
    last().complete("second value");
    assertThat(both).isCompletedWithValue("second value");
  }
}
