package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What meters ask a cache for: its name, its flights, its waiting callers, the oldest flight. */
class FlightGaugesTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void theNameIsTheBuildersOrDrawn() {
    CoalescingCache<String, String> unnamed =
        caches.track(CoalescingCache.builder().<String, String>build());

    assertThat(cache.name()).isEqualTo("test");
    assertThat(unnamed.name()).startsWith("cache-");
  }

  @Test
  void anIdleCacheHasNothingInFlight() {
    assertThat(cache.inFlightCount()).isZero();
    assertThat(cache.awaiterCount()).isZero();
    assertThat(cache.oldestFetchAge()).isEmpty();
  }

  @Test
  void flightsAndCallersAreCounted() {
    FetchHandle<String> one = cache.getOrFetch("a", loader.async());
    FetchHandle<String> two = cache.getOrFetch("a", loader.async());
    FetchHandle<String> other = cache.getOrFetch("b", loader.async());
    cache.prefetch("c", loader.async());

    assertThat(cache.inFlightCount()).isEqualTo(3);
    assertThat(cache.awaiterCount()).isEqualTo(3);

    two.cancel(true);
    other.cancel(true);
    assertThat(cache.inFlightCount()).isEqualTo(2);
    assertThat(cache.awaiterCount()).isEqualTo(1);

    loader.run(0).complete("v");
    loader.run(2).complete("v");
    assertThat(one).isCompletedWithValue("v");
    assertThat(cache.inFlightCount()).isZero();
    assertThat(cache.awaiterCount()).isZero();
  }

  @Test
  void aFencedFlightCountsOnceUntilItsEnd() {
    FetchHandle<String> fenced = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    FetchHandle<String> successor = cache.getOrFetch("k", loader.async());

    assertThat(cache.inFlightCount()).isEqualTo(2);
    assertThat(cache.awaiterCount()).isEqualTo(2);

    fenced.cancel(true);
    assertThat(cache.inFlightCount()).isEqualTo(1);
    successor.cancel(true);
  }

  @Test
  void theAgeIsThatOfTheOldestFencedOrNot() {
    FetchHandle<String> oldest = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    FetchHandle<String> younger = cache.getOrFetch("k", loader.async());

    Duration listed = cache.inFlight().get(0).age();
    assertThat(cache.oldestFetchAge())
        .hasValueSatisfying(age -> assertThat(age).isGreaterThanOrEqualTo(listed));

    oldest.cancel(true);
    Duration left = cache.inFlight().get(0).age();
    assertThat(left).isLessThan(cache.oldestFetchAge().orElseThrow());
    younger.cancel(true);
    assertThat(cache.oldestFetchAge()).isEmpty();
  }

  @Test
  void aTableThatHasGrownIsCountedWhole() {
    List<FetchHandle<String>> handles = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      handles.add(cache.getOrFetch("k" + i, loader.async()));
    }

    assertThat(cache.inFlightCount()).isEqualTo(3_000);
    assertThat(cache.awaiterCount()).isEqualTo(3_000);
    handles.forEach(handle -> handle.cancel(true));
    assertThat(cache.inFlightCount()).isZero();
  }

  @Test
  void aClosedCacheHasNothingInFlight() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.close();

    assertThat(handle).isCompletedExceptionally();
    assertThat(cache.inFlightCount()).isZero();
    assertThat(cache.awaiterCount()).isZero();
    assertThat(cache.oldestFetchAge()).isEmpty();
  }
}
