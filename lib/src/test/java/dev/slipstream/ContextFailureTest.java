package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a context propagator throws is the fetch's failure, or is logged; nobody is left waiting.
 */
class ContextFailureTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final Tenants tenants = new Tenants();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final IllegalStateException failure = new IllegalStateException("no context");

  private CoalescingCache<String, String> cache() {
    return caches.cache(builder -> builder.contextPropagator(tenants));
  }

  private static @Nullable Throwable failureOf(CompletableFuture<?> future) {
    return Eventually.failure(future);
  }

  /** Ways to start a fetch of "k". */
  private enum Start {
    BLOCKING {
      @Override
      CompletableFuture<?> of(
          CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        return cache.getOrFetch("k", loader.blocking());
      }
    },
    ASYNC {
      @Override
      CompletableFuture<?> of(
          CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        return cache.getOrFetch("k", loader.async());
      }
    },
    BULK {
      @Override
      CompletableFuture<?> of(
          CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        return cache.getAllOrFetch(List.of("k", "l"), loader.bulk());
      }
    },
    REFRESH {
      @Override
      CompletableFuture<?> of(
          CoalescingCache<String, String> cache, ControlledLoader<String> loader) {
        return cache.refresh("k", loader.async());
      }
    };

    abstract CompletableFuture<?> of(
        CoalescingCache<String, String> cache, ControlledLoader<String> loader);
  }

  @ParameterizedTest
  @EnumSource(Start.class)
  void whatCaptureThrowsEndsTheFetchAsALoadersExceptionDoes(Start start) {
    tenants.byCapture = failure;
    CoalescingCache<String, String> cache = cache();

    assertThat(failureOf(start.of(cache, loader))).isSameAs(failure);
    assertThat(loader.starts()).isZero();
    tenants.byCapture = null;
    assertThat(cache.get("k", key -> "v")).as("the slot is free").isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(Start.class)
  void whatOpenThrowsEndsTheFetchAsALoadersExceptionDoes(Start start) {
    tenants.byOpen = failure;
    CoalescingCache<String, String> cache = cache();

    assertThat(failureOf(start.of(cache, loader))).isSameAs(failure);
    assertThat(loader.starts()).isZero();
    tenants.byOpen = null;
    assertThat(cache.get("k", key -> "v")).as("the slot is free").isEqualTo("v");
  }

  @Test
  void whatCaptureThrowsForAPrefetchIsLoggedAndReachesNoCaller() {
    tenants.byCapture = failure;
    cache().prefetch("k", loader.async());

    assertThat(log.warnings()).hasSize(1);
    assertThat(LogCapture.thrown(log.warnings().get(0))).isSameAs(failure);
  }

  @Test
  void whatCaptureThrowsForARefreshInTheBackgroundKeepsTheOldValue() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder -> builder.contextPropagator(tenants).refreshAfterWrite(Duration.ofNanos(1)));
    cache.put("k", "old");
    tenants.byCapture = failure;

    assertThat(cache.get("k", key -> "new")).isEqualTo("old");
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
    assertThat(log.warnings()).hasSize(1);
  }

  @Test
  void whatOpenThrowsBeforeTheInsertCallbackIsNoInsertFailure() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .contextPropagator(tenants)
                    .onInsert(
                        (key, fetched, current) -> {
                          throw new AssertionError("not in its context");
                        }));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    tenants.byOpen = failure;
    loader.run().complete("v");

    assertThat(failureOf(handle)).isSameAs(failure);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void anErrorOfCaptureIsAPanicOfTheLoader() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.contextPropagator(
                    () -> {
                      throw new AssertionError("broken");
                    }));

    assertThat(failureOf(cache.getOrFetch("k", loader.async())))
        .isInstanceOf(LoaderPanicException.class)
        .hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  @SuppressWarnings("NullAway") // which is what is tested
  void aNullSnapshotIsNamed() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.contextPropagator(() -> null));

    assertThat(failureOf(cache.getOrFetch("k", loader.async())))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("context propagator of cache test")
        .hasMessageContaining("null");
  }

  @Test
  @SuppressWarnings("NullAway") // which is what is tested
  void aNullScopeIsNamed() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.contextPropagator(() -> () -> null));

    assertThat(failureOf(cache.getOrFetch("k", loader.async())))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("context propagator of cache test")
        .hasMessageContaining("null scope");
  }

  @Test
  void whatCloseThrowsIsLoggedAndTheValueDelivered() {
    tenants.byClose = failure;

    assertThat(cache().get("k", key -> "v")).isEqualTo("v");
    assertThat(log.warnings()).hasSize(1);
    assertThat(LogCapture.thrown(log.warnings().get(0))).isSameAs(failure);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("test", "key k");
  }

  @Test
  void theContextIsClosedWhenTheLoaderThrows() {
    CoalescingCache<String, String> cache = cache();
    cache.put("cached", "v");
    loader.throwing(failure);
    for (Start start : Start.values()) {
      assertThat(failureOf(start.of(cache, loader))).isSameAs(failure);
    }

    Eventually.until("all is closed", () -> tenants.closes.get() == Start.values().length);
    assertThat(tenants.opens).hasValue(Start.values().length);
  }

  @Test
  void theContextIsClosedWhenTheInsertCallbackThrows() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .contextPropagator(tenants)
                    .onInsert(
                        (key, fetched, current) -> {
                          throw failure;
                        }));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");

    assertThat(failureOf(handle)).isInstanceOf(InsertFailedException.class).hasCause(failure);
    assertThat(tenants.closes).hasValue(2);
  }

  @Test
  void whatOpenThrowsForAContinuationIsThatContinuationsFailure() {
    CoalescingCache<String, String> cache = cache();
    CountDownLatch second = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete("first", outcome -> second.countDown());
    tenants.byOpen = failure;
    loader.run().complete("v");

    assertThat(handle.join()).isEqualTo("v");
    Eventually.until("it is logged", () -> log.warnings().size() == 1);
    assertThat(LogCapture.thrown(log.warnings().get(0))).isSameAs(failure);
    assertThat(second.getCount()).as("it has not run").isEqualTo(1);
  }

  @Test
  void theContextOfAContinuationIsClosedWhenItThrows() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete(
        "c",
        outcome -> {
          throw failure;
        });
    loader.run().complete("v");

    Eventually.until("both are closed", () -> tenants.closes.get() == 2);
    Eventually.until("it is logged", () -> log.warnings().size() == 1); // not in the next test
  }

  @Test
  void aBulkWhoseContextFailsFailsEachOfItsKeys() {
    CoalescingCache<String, String> cache = cache();
    tenants.byOpen = failure;
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "b"), loader.bulk());

    assertThat(failureOf(all)).isSameAs(failure);
    assertThat(cache.stats().failureCount()).isEqualTo(2);
  }
}
