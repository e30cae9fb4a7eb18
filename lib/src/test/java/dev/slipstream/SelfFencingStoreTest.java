package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** G10, from inside: a weigher that runs within a flight's own store fences or ends that flight. */
class SelfFencingStoreTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @Test
  void aValueThatItsOwnWeigherInvalidatesIsNotStored() {
    CoalescingCache<String, String> cache = weighing(self -> self.invalidate("k"));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);

    promise.complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.stats().fencedCount()).isEqualTo(1);
  }

  @Test
  void aValueWhoseWeigherClosesTheCacheIsNotStored() {
    CoalescingCache<String, String> cache = weighing(CoalescingCache::close);
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);

    promise.complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  private CoalescingCache<String, String> weighing(Consumer<CoalescingCache<String, String>> act) {
    AtomicReference<CoalescingCache<String, String>> self = new AtomicReference<>();
    self.set(
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .maximumWeight(100)
                .weigher(
                    (String key, String value) -> {
                      act.accept(self.get());
                      return 1;
                    })
                .build()));
    return self.get();
  }
}
