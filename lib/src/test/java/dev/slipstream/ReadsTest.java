package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plain reads and writes: probes start nothing and join nothing, writes are seen at once. */
class ReadsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void whatWasPutIsThere() {
    cache.put("a", "A");
    cache.putAll(Map.of("b", "B", "c", "C"));

    assertThat(cache.getIfPresent("a")).isEqualTo("A");
    assertThat(cache.getAllPresent(List.of("c", "x", "a", "c")))
        .containsExactly(Map.entry("c", "C"), Map.entry("a", "A"));
    assertThat(cache.estimatedSize()).isEqualTo(3);
    cache.put("a", "AA");
    assertThat(cache.getIfPresent("a")).isEqualTo("AA");
  }

  @Test
  void whatWasInvalidatedIsGone() {
    cache.putAll(Map.of("a", "A", "b", "B", "c", "C", "d", "D"));

    cache.invalidate("a");
    assertThat(cache.asMap()).containsOnlyKeys("b", "c", "d");
    cache.invalidateAll(List.of("b", "x", "b"));
    assertThat(cache.asMap()).containsOnlyKeys("c", "d");
    cache.invalidateAll();
    assertThat(cache.asMap()).isEmpty();
    assertThat(cache.estimatedSize()).isZero();
  }

  @Test
  void theMapOfWhatIsPresentIsUnmodifiable() {
    cache.put("a", "A");
    Map<String, String> present = cache.getAllPresent(List.of("a"));

    assertThatThrownBy(present::clear).isInstanceOf(UnsupportedOperationException.class);
    cache.invalidate("a");
    assertThat(present).containsOnlyKeys("a");
  }

  @Test
  void probesStartNothingAndJoinNothing() {
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.getAllPresent(List.of("k"))).isEmpty();
    assertThat(cache.joinIfInFlight("k")).isNull();
    assertThat(cache.inFlight()).isEmpty();

    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.getAllPresent(List.of("k"))).isEmpty();
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    handle.cancel(true);
  }

  @Test
  void joiningByNameIgnoresACachedValue() {
    cache.put("k", "v");
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  @Test
  void aHandleSaysWhereItsValueComesFrom() {
    FetchHandle<String> started = cache.getOrFetch("k", loader.async());
    FetchHandle<String> joined = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    FetchHandle<String> hit = cache.getOrFetch("k", loader.async());

    assertThat(started.origin()).isEqualTo(Origin.STARTED);
    assertThat(joined.origin()).isEqualTo(Origin.JOINED);
    assertThat(hit.origin()).isEqualTo(Origin.HIT);
    assertThat(hit).isCompletedWithValue("v");
  }

  @Test
  void aHandleIsDoneAtOnceIfItsLoaderIs() {
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("v"));
    assertThat(handle).isCompletedWithValue("v");

    FetchHandle<String> failed =
        cache.getOrFetch(
            "l", (key, context) -> CompletableFuture.failedFuture(new IllegalStateException("x")));
    assertThat(failed).isCompletedExceptionally();
  }

  @Test
  void theKeyThatTheLoaderGetsIsTheOneThatWasAskedFor() {
    assertThat(cache.get("k", key -> key + "!")).isEqualTo("k!");
    FetchHandle<String> handle =
        cache.getOrFetch("l", (key, context) -> CompletableFuture.completedFuture(key + "!"));
    assertThat(Eventually.value(handle)).isEqualTo("l!");
  }
}
