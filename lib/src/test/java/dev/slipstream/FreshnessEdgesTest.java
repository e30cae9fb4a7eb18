package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where due entries, retained values and the backoff meet each other and the caller's code. */
class FreshnessEdgesTest {
  private static final Duration DUE = Duration.ofMinutes(1);
  private static final Duration TTL = Duration.ofMinutes(2);
  private static final Duration KEPT = Duration.ofMinutes(3);
  private static final Duration BACKOFF = Duration.ofHours(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture(); // failures that nobody waits for

  private final FakeTicker ticker = new FakeTicker();
  private final AtomicInteger loads = new AtomicInteger();

  private CoalescingCacheBuilder<Object, Object> builder() {
    return CoalescingCache.builder()
        .ticker(ticker)
        .expireAfterWrite(TTL)
        .staleIfError(KEPT)
        .failureBackoff(BACKOFF, BACKOFF);
  }

  private CompletionStage<String> fails(String key, FetchContext context) {
    loads.incrementAndGet();
    return CompletableFuture.failedFuture(new IOException("down"));
  }

  @Test
  void whenRetentionEndsWithinTheBackoffCallersFetch() {
    CoalescingCache<String, String> cache = caches.track(builder().build());
    cache.put("k", "old");
    ticker.advance(TTL);
    assertThat(cache.getOrFetch("k", this::fails)).isCompletedWithValue("old");
    assertThat(cache.getOrFetch("k", this::fails)).isCompletedWithValue("old");
    assertThat(loads).hasValue(1);

    ticker.advance(KEPT);
    assertThat(Eventually.failure(cache.getOrFetch("k", this::fails))).hasMessage("down");
    assertThat(loads).hasValue(2);
  }

  @Test
  void whatTheInsertCallbackThrowsIsNotCovered() {
    CoalescingCache<String, String> cache =
        caches.track(
            builder()
                .onInsert(
                    (String key, String fetched, String current) -> {
                      throw new IllegalStateException("no insert");
                    })
                .build());
    cache.put("k", "old");
    ticker.advance(TTL);

    assertThat(
            Eventually.failure(
                cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("new"))))
        .isInstanceOf(InsertFailedException.class);
  }

  @Test
  void aReloadIsCalledOnTheCallersThreadAndItsClassCastExceptionIsTheLoadersFailure() {
    CoalescingCache<String, String> cache = caches.track(builder().refreshAfterWrite(DUE).build());
    ClassCastException failure = new ClassCastException("of the loader");
    AtomicReference<Thread> reloadedBy = new AtomicReference<>();
    AsyncLoader<String, String> loader =
        new AsyncLoader<>() {
          @Override
          public CompletionStage<String> load(String key, FetchContext context) {
            throw new AssertionError("loaded in place of reloaded");
          }

          @Override
          public CompletionStage<String> reload(String key, String old, FetchContext context) {
            reloadedBy.set(Thread.currentThread());
            throw failure;
          }
        };
    cache.put("k", "old");
    assertThat(Eventually.failure(cache.refresh("k", loader))).isSameAs(failure);
    assertThat(reloadedBy).hasValue(Thread.currentThread());

    reloadedBy.set(null);
    cache.put("k", "old");
    ticker.advance(DUE);
    assertThat(cache.getOrFetch("k", loader)).isCompletedWithValue("old");
    assertThat(reloadedBy).hasValue(Thread.currentThread());
  }
}
