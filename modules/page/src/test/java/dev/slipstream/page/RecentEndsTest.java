package dev.slipstream.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CoalescingCache;
import dev.slipstream.FetchEnd.Outcome;
import dev.slipstream.FetchHandle;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentEndsTest {
  @Test
  void theLatestEndIsFirstWithAllThatIsShown() {
    RecentEnds ends = new RecentEnds();
    ControlledLoader<String> loader = new ControlledLoader<>();
    try (CoalescingCache<String, String> cache =
        CoalescingCache.builder().fetchListener(ends).build()) {
      assertThat(cache.get("first", key -> "value")).isEqualTo("value");
      FetchHandle<String> one = cache.getOrFetch("second", loader.async());
      FetchHandle<String> two = cache.getOrFetch("second", loader.async());
      cache.invalidate("second");
      loader.run().fail(new IllegalStateException("secret"));

      List<RecentEnds.End> latest = ends.latestFirst();

      assertThat(latest).extracting(RecentEnds.End::key).containsExactly("second", "first");
      assertThat(latest)
          .extracting(RecentEnds.End::outcome)
          .containsExactly(Outcome.FAILURE, Outcome.SUCCESS);
      assertThat(latest.get(0).callers()).isEqualTo(2);
      assertThat(latest.get(0).fenced()).isTrue();
      assertThat(latest.get(0).failure()).isEqualTo("java.lang.IllegalStateException");
      assertThat(latest.get(0).fetchId()).isEqualTo(one.fetchId()).isEqualTo(two.fetchId());
      assertThat(latest.get(0).toString()).doesNotContain("secret");
      assertThat(latest.get(1).failure()).isNull();
    }
  }

  @Test
  void onlyTheLastAreRemembered() {
    RecentEnds ends = new RecentEnds(3);
    try (CoalescingCache<Integer, Integer> cache =
        CoalescingCache.builder().fetchListener(ends).build()) {
      IntStream.range(0, 10).forEach(key -> cache.get(key, same -> same));
    }

    assertThat(ends.latestFirst()).extracting(RecentEnds.End::key).containsExactly(9, 8, 7);
  }

  @Test
  void endsOnSeveralThreadsAreAllRemembered() {
    int each = 200;
    RecentEnds ends = new RecentEnds(3 * each);
    try (CoalescingCache<Integer, Integer> cache =
        CoalescingCache.builder().executor(Runnable::run).fetchListener(ends).build()) {
      List<Caller<Object>> callers =
          IntStream.range(0, 3)
              .mapToObj(caller -> Caller.<Object>start(() -> load(cache, caller * each, each)))
              .toList();
      callers.forEach(Caller::value);
    }

    assertThat(ends.latestFirst()).extracting(RecentEnds.End::key).doesNotHaveDuplicates();
    assertThat(ends.latestFirst()).hasSize(3 * each);
    assertThat(ends.latestFirst().get(0).number()).isEqualTo(3 * each - 1);
  }

  private static String load(CoalescingCache<Integer, Integer> cache, int from, int count) {
    IntStream.range(from, from + count).forEach(key -> cache.get(key, same -> same));
    return "done";
  }

  @Test
  void theyDoNotKeepTheCacheOrItsValues() {
    RecentEnds ends = new RecentEnds();
    var value = new java.lang.ref.WeakReference<>(new Object());
    var cache = new java.lang.ref.WeakReference<>(loaded(ends, value.get()));

    Eventually.collects("cache and value", () -> cache.get() == null && value.get() == null);

    assertThat(ends.latestFirst()).hasSize(1);
  }

  private static CoalescingCache<String, Object> loaded(RecentEnds ends, Object value) {
    CoalescingCache<String, Object> cache = CoalescingCache.builder().fetchListener(ends).build();
    assertThat(cache.get("key", key -> value)).isNotNull();
    return cache;
  }

  @Test
  void aCapacityOutOfRangeIsRefused() {
    for (int capacity : new int[] {-1, 0, 1_001}) {
      assertThatThrownBy(() -> new RecentEnds(capacity))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("capacity must be from 1 to 1,000, but is " + capacity);
    }
  }
}
