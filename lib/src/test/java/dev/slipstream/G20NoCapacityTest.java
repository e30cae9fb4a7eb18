package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** G20, a flight takes no capacity: eviction never fails, delays or rejects a caller. */
class G20NoCapacityTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 10})
  void moreFlightsThanTheCacheMayHoldAllAnswer(long maximumSize) {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.maximumSize(maximumSize));
    List<ControlledLoader<String>> loaders = new ArrayList<>();
    List<FetchHandle<String>> handles = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ControlledLoader<String> loader = new ControlledLoader<>();
      loaders.add(loader);
      handles.add(cache.getOrFetch("k" + i, loader.async()));
    }
    cache.cleanUp();
    assertThat(cache.estimatedSize()).isZero();
    assertThat(cache.inFlight()).hasSize(200);

    for (int i = 0; i < 200; i++) {
      FetchHandle<String> joiner = cache.getOrFetch("k" + i, key -> "never");
      assertThat(joiner.origin()).isEqualTo(Origin.JOINED);
      loaders.get(i).run().complete("v" + i);
      assertThat(Eventually.value(joiner)).isEqualTo("v" + i);
      assertThat(Eventually.value(handles.get(i))).isEqualTo("v" + i);
    }
    cache.cleanUp();
    assertThat(cache.estimatedSize()).isLessThanOrEqualTo(maximumSize);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void flightsPushNoValueOut(long maximumSize) {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.maximumSize(maximumSize));
    cache.put("kept", "v");
    cache.cleanUp();
    String before = cache.getIfPresent("kept");
    List<FetchHandle<String>> handles = new ArrayList<>();
    ControlledLoader<String> loader = new ControlledLoader<>();
    for (int i = 0; i < 200; i++) {
      handles.add(cache.getOrFetch("k" + i, loader.async()));
    }
    cache.cleanUp();

    assertThat(cache.getIfPresent("kept")).isEqualTo(before);
    handles.forEach(handle -> handle.cancel(true));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void aValueTooHeavyForTheCacheIsStillDelivered(long maximumWeight) {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .maximumWeight(maximumWeight)
                .weigher((String key, String value) -> 1_000)
                .build());
    ControlledLoader<String> loader = new ControlledLoader<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    loader.run().complete("heavy");
    cache.cleanUp();

    assertThat(Eventually.value(handle)).isEqualTo("heavy");
    assertThat(cache.getIfPresent("k")).isNull();
  }
}
