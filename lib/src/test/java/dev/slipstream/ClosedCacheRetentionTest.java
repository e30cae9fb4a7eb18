package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a handle that its caller keeps holds of a cache that was closed. */
class ClosedCacheRetentionTest {
  @Test
  void aKeptHandleKeepsNoneOfItsClosedCachesValues() {
    CoalescingCache<String, Object> cache = CoalescingCache.builder().eventJournal(16).build();
    FetchHandle<Object> kept = cache.getOrFetch("k", (key, context) -> new CompletableFuture<>());
    WeakReference<Object> value = putAndForget(cache);
    cache.close();
    cache = null;

    Eventually.passes(
        () -> {
          System.gc();
          assertThat(value.get()).isNull();
        });
    assertThat(Eventually.failure(kept)).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void aClosedCacheCanStillBeRead() {
    CoalescingCache<String, String> cache = CoalescingCache.builder().build();
    cache.put("k", "v");

    cache.close();

    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.asMap()).containsEntry("k", "v");
    assertThat(cache.snapshot().entries()).hasSize(1);
  }

  private static WeakReference<Object> putAndForget(CoalescingCache<String, Object> cache) {
    Object value = new Object();
    cache.put("other", value);
    return new WeakReference<>(value);
  }
}
