package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of what is in flight: the oldest first, with counts, the fenced ones flagged. */
class InFlightTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void theOldestComesFirst() {
    FetchHandle<String> b = cache.getOrFetch("b", loader.async());
    FetchHandle<String> a = cache.getOrFetch("a", loader.async());
    cache.prefetch("c", loader.async());
    cache.invalidate("a");

    assertThat(cache.inFlight()).extracting(InFlight::key).containsExactly("b", "a", "c");
    assertThat(cache.inFlight()).extracting(InFlight::fenced).containsExactly(false, true, false);
    assertThat(cache.inFlight()).extracting(InFlight::awaiters).containsExactly(1, 1, 0);

    a.cancel(true);
    b.cancel(true);
    loader.run(2).complete("v");
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void callersAndContinuationsAreCounted() {
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    FetchHandle<String> two = cache.getOrFetch("k", loader.async());
    one.onComplete("c", outcome -> {});
    cache.onComplete("k", "c", outcome -> {});
    cache.onComplete("k", "d", outcome -> {});

    assertThat(cache.inFlight())
        .singleElement()
        .satisfies(
            flight -> {
              assertThat(flight.awaiters()).isEqualTo(2);
              assertThat(flight.continuations()).isEqualTo(3);
              assertThat(flight.toString()).contains("key=k", "awaiters=2", "fenced=false");
            });
    two.cancel(true);
    cache.removeOnComplete("k", "d");
    assertThat(cache.inFlight())
        .singleElement()
        .matches(flight -> flight.awaiters() == 1 && flight.continuations() == 2);
    one.cancel(true);
  }

  @Test
  void theAgeIsByTheWallClockAndGrows() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> ticking = caches.cache(builder -> builder.ticker(ticker));
    FetchHandle<String> handle = ticking.getOrFetch("k", loader.async());
    ticker.advance(Duration.ofDays(1));

    Duration first = ticking.inFlight().get(0).age();
    assertThat(first).isBetween(Duration.ZERO, Duration.ofHours(1));
    Eventually.until("it grows older", () -> ticking.inFlight().get(0).age().compareTo(first) > 0);
    handle.cancel(true);
  }

  @Test
  void theListIsWhatWasSeen() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    List<InFlight<String>> seen = cache.inFlight();
    assertThatThrownBy(seen::clear).isInstanceOf(UnsupportedOperationException.class);

    handle.cancel(true);

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).awaiters()).isEqualTo(1);
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void severalFencedFlightsOfAKeyAreAllShown() {
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    FetchHandle<String> two = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    FetchHandle<String> three = cache.getOrFetch("k", loader.async());

    assertThat(cache.inFlight()).extracting(InFlight::fenced).containsExactly(true, true, false);
    List.of(one, two, three).forEach(handle -> handle.cancel(true));
  }
}
