package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads, puts, weights, rates, and the difference of two statistics. */
class StatsRatesTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void readsAreCountedApartFromCallsThatFetch() {
    cache.put("k", "v");
    cache.getIfPresent("k");
    cache.getIfPresent("none");
    cache.getAllPresent(List.of("k", "a", "b"));
    cache.asMap().get("k");
    cache.asMap().get("none");

    assertThat(cache.stats().readHitCount()).isEqualTo(3);
    assertThat(cache.stats().readMissCount()).isEqualTo(4);
    assertThat(cache.stats().hitCount()).isZero();
    assertThat(cache.get("k", key -> "never")).isEqualTo("v");
    assertThat(cache.stats().readHitCount()).isEqualTo(3);
  }

  @Test
  void putsAreTheWritesThatGiveAKeyAnotherValue() {
    ConcurrentMap<String, String> map = cache.asMap();
    cache.put("a", "1");
    cache.putAll(Map.of("b", "1", "c", "1"));
    map.put("d", "1");
    map.putIfAbsent("e", "1");
    map.replace("a", "2");
    map.replace("a", "2", "3");
    map.compute("f", (key, value) -> "1");
    map.computeIfAbsent("g", key -> "1");
    map.merge("a", "4", String::concat);
    assertThat(cache.stats().putCount()).isEqualTo(10);

    map.putIfAbsent("a", "no");
    map.replace("none", "no");
    map.replace("a", "other", "no");
    map.compute("a", (key, value) -> value);
    map.computeIfAbsent("a", key -> "no");
    map.computeIfPresent("none", (key, value) -> "no");
    map.compute("g", (key, value) -> null);
    map.remove("f");
    cache.invalidate("e");
    assertThat(cache.get("x", key -> "fetched")).isEqualTo("fetched");
    cache.merge(cache.snapshot());
    cache.restore(cache.snapshot());
    assertThat(cache.stats().putCount()).isEqualTo(10);
  }

  @Test
  void theWeightOfWhatIsEvictedIsSummed() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> weighed =
        caches.cache(
            builder ->
                builder
                    .ticker(ticker)
                    .expireAfterWrite(Duration.ofSeconds(1))
                    .maximumWeight(100)
                    .weigher((Object key, Object value) -> value.toString().length()));
    weighed.put("a", "four");
    weighed.put("b", "sixsix");
    ticker.advance(Duration.ofSeconds(2));
    weighed.cleanUp();

    assertThat(weighed.stats().evictionCount()).isEqualTo(2);
    assertThat(weighed.stats().evictionWeight()).isEqualTo(10);
  }

  @Test
  void withoutAWeigherEachEntryWeighsOne() {
    CoalescingCache<String, String> small = caches.cache(builder -> builder.maximumSize(1));
    small.put("a", "v");
    small.put("b", "v");
    small.put("c", "v");
    small.cleanUp();
    small.invalidate("c");

    assertThat(small.stats().evictionWeight()).isEqualTo(2);
  }

  @Test
  void theRatesOfNothing() {
    assertThat(cache.stats().hitRate()).isEqualTo(1);
    assertThat(cache.stats().coalescingRate()).isZero();
  }

  @Test
  void theRatesOfSomething() {
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    FetchHandle<String> two = cache.getOrFetch("k", loader.async());
    FetchHandle<String> three = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    assertThat(List.of(one, two, three)).allMatch(FetchHandle::isDone);
    assertThat(cache.stats().hitRate()).isZero();
    for (int i = 0; i < 9; i++) {
      assertThat(cache.get("k", key -> "never")).isEqualTo("v");
    }

    assertThat(cache.stats().hitRate()).isEqualTo(9 / 12.0);
    assertThat(cache.stats().coalescingRate()).isEqualTo(2 / 3.0);
  }

  @Test
  void theDifferenceIsWhatCameSinceAndNeverNegative() {
    cache.put("k", "v");
    CacheStats earlier = cache.stats();
    cache.put("k", "w");
    cache.getIfPresent("k");
    CacheStats later = cache.stats();

    assertThat(later.minus(earlier).putCount()).isEqualTo(1);
    assertThat(later.minus(earlier).readHitCount()).isEqualTo(1);
    assertThat(earlier.minus(later).putCount()).isZero();
    assertThat(earlier.minus(later).readHitCount()).isZero();
    assertThatNullPointerException().isThrownBy(() -> later.minus(null)).withMessage("earlier");
  }

  @Test
  void theTextNamesEachCount() {
    cache.put("k", "v");

    assertThat(cache.stats().toString())
        .startsWith("CacheStats[hits=0, joins=0, fetches=0")
        .contains("puts=1", "evictionWeight=0", "coalescedChanges=0]");
  }

  @Test
  void withoutRecordStatsNothingIsCounted() {
    CoalescingCache<String, String> silent =
        caches.track(CoalescingCache.builder().maximumSize(1).<String, String>build());
    silent.put("k", "v");
    silent.put("l", "v");
    silent.getIfPresent("k");
    silent.cleanUp();

    assertThat(silent.stats().putCount()).isZero();
    assertThat(silent.stats().readHitCount() + silent.stats().readMissCount()).isZero();
    assertThat(silent.stats().evictionWeight()).isZero();
  }
}
