package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was once kept for longer than it was needed; and what a specification once let through. */
class LeakRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> bulk = new ControlledLoader<>();

  private static boolean keepsABulkLoad(CoalescingCache<String, String> cache) {
    return !((SlipstreamCache<String, String>) cache).core.touched.isEmpty();
  }

  @Test
  void aBulkLoadThatIsCancelledIsForgotten() {
    CoalescingCache<String, String> cache = caches.cache();
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    assertThat(keepsABulkLoad(cache)).isTrue();

    future.cancel(true);

    assertThat(keepsABulkLoad(cache)).isFalse();
  }

  @Test
  void aBulkLoadThatTimesOutIsForgotten() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(20)));
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());

    assertThat(Eventually.failure(future)).isInstanceOf(FetchTimeoutException.class);

    Eventually.until("the bulk load is forgotten", () -> !keepsABulkLoad(cache));
  }

  @Test
  void aBulkLoadThatIsClosedIsForgotten() {
    CoalescingCache<String, String> cache = caches.cache();
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());

    cache.close();

    assertThat(Eventually.failure(future)).isInstanceOf(CacheClosedException.class);
    assertThat(keepsABulkLoad(cache)).isFalse();
  }

  @Test
  void aBulkLoadThatIsAbortedIsForgotten() {
    CoalescingCache<String, String> cache = caches.cache();
    CompletableFuture<Map<String, String>> future = cache.getAllOrFetch(List.of("a"), bulk.bulk());

    assertThat(cache.abort("a", new IllegalStateException("by hand"))).isTrue();

    assertThat(Eventually.failure(future)).hasRootCauseMessage("by hand");
    assertThat(keepsABulkLoad(cache)).isFalse();
  }

  @Test
  void aRefreshHandleDoesNotKeepTheValueThatWasReplaced() {
    CoalescingCache<String, Object> cache =
        caches.track(CoalescingCache.builder().recordStats().build());
    WeakReference<Object> old = putNew(cache);
    CompletableFuture<Object> stage = new CompletableFuture<>();
    FetchHandle<Object> handle = cache.refresh("k", (key, context) -> stage);
    stage.complete("new");
    assertThat(Eventually.value(handle)).isEqualTo("new");

    Eventually.collects("the old value is collected", () -> old.get() == null);

    assertThat(handle).isCompletedWithValue("new"); // and is kept until here
  }

  private static WeakReference<Object> putNew(CoalescingCache<String, Object> cache) {
    Object value = new Object();
    cache.put("k", value);
    return new WeakReference<>(value);
  }

  @Test
  void theTimersThreadKeepsNoContextClassLoader() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofHours(1)));
    assertThat(cache.get("k", key -> "v")).isEqualTo("v"); // the timer has been started

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("slipstream-timer"))
        .isNotEmpty()
        .allSatisfy(thread -> assertThat(thread.getContextClassLoader()).isNull());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "initialCapacity=99999999999",
        "initialCapacity=99999999999999999999",
        "maximumSize=99999999999999999999",
        "maximumWeight=99999999999999999999",
        "expireAfterWrite=99999999999999999d",
        "expireAfterAccess=99999999999999999999s"
      })
  void aSpecificationWithTooLargeAValueIsRefusedByName(String spec) {
    assertThatThrownBy(() -> CoalescingCacheBuilder.from(spec))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(spec.substring(0, spec.indexOf('=')));
  }
}
