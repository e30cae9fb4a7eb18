package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Expiry goes by the ticker: a time after the write, after the last access, or the entry's own. */
class ExpiryTest {
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration ALMOST = Duration.ofMillis(9_999);
  private static final Duration REST = Duration.ofMillis(2);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return caches.cache(builder -> with.apply(builder.ticker(ticker)));
  }

  private static void fetch(CoalescingCache<String, String> cache, String value) {
    assertThat(cache.get("k", key -> value)).isEqualTo(value);
  }

  @Test
  void afterWriteItGoesThoughItIsRead() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(TTL));
    fetch(cache, "v");

    ticker.advance(ALMOST);
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.get("k", key -> "never")).isEqualTo("v");
    ticker.advance(REST);
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.get("k", key -> "new")).isEqualTo("new");
  }

  @Test
  void aWriteStartsTheTimeAnew() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(TTL));
    fetch(cache, "v");
    ticker.advance(ALMOST);
    cache.put("k", "w");

    ticker.advance(ALMOST);
    assertThat(cache.getIfPresent("k")).isEqualTo("w");
    ticker.advance(REST);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void theTimeStartsWhenTheFetchEndsAndNotWhenItStarts() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(TTL));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    ticker.advance(Duration.ofMinutes(1));
    promise.complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");

    ticker.advance(ALMOST);
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    ticker.advance(REST);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  /** The reads that count as an access. */
  enum Read {
    GET_IF_PRESENT {
      @Override
      String from(CoalescingCache<String, String> cache) {
        return cache.getIfPresent("k");
      }
    },
    GET {
      @Override
      String from(CoalescingCache<String, String> cache) {
        return cache.get("k", key -> "never");
      }
    },
    GET_OR_FETCH {
      @Override
      String from(CoalescingCache<String, String> cache) {
        return cache.getOrFetch("k", key -> "never").join();
      }
    },
    GET_ALL {
      @Override
      String from(CoalescingCache<String, String> cache) {
        return cache
            .getAll(List.of("k"), (k, context) -> CompletableFuture.failedFuture(new Error()))
            .get("k");
      }
    },
    GET_ALL_PRESENT {
      @Override
      String from(CoalescingCache<String, String> cache) {
        return cache.getAllPresent(List.of("k")).get("k");
      }
    },
    MAP_GET {
      @Override
      String from(CoalescingCache<String, String> cache) {
        return cache.asMap().get("k");
      }
    };

    abstract String from(CoalescingCache<String, String> cache);
  }

  @ParameterizedTest
  @EnumSource(Read.class)
  void afterAccessItStaysAsLongAsItIsRead(Read read) {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterAccess(TTL));
    fetch(cache, "v");

    for (int i = 0; i < 5; i++) {
      ticker.advance(ALMOST);
      assertThat(read.from(cache)).isEqualTo("v");
    }
    ticker.advance(ALMOST.plus(REST));
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void withBothTheSoonerCounts() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.expireAfterWrite(TTL.multipliedBy(2)).expireAfterAccess(TTL));
    fetch(cache, "read");
    ticker.advance(ALMOST);
    assertThat(cache.getIfPresent("k")).isEqualTo("read");
    ticker.advance(ALMOST);
    assertThat(cache.getIfPresent("k")).isEqualTo("read");
    ticker.advance(REST.multipliedBy(2));
    assertThat(cache.getIfPresent("k")).as("written too long ago").isNull();

    fetch(cache, "unread");
    ticker.advance(ALMOST.plus(REST));
    assertThat(cache.getIfPresent("k")).as("not read for too long").isNull();
  }

  @Test
  void expireAfterGivesEachEntryItsOwnTime() {
    Expiry<String, String> expiry =
        Expiry.creating((key, value) -> Duration.ofSeconds(Long.parseLong(value)));
    CoalescingCache<String, String> cache =
        caches.track(CoalescingCache.builder().ticker(ticker).expireAfter(expiry).build());
    assertThat(cache.get("short", key -> "5")).isEqualTo("5");
    cache.put("long", "50");

    ticker.advance(Duration.ofSeconds(4));
    assertThat(cache.asMap()).containsOnlyKeys("short", "long");
    ticker.advance(Duration.ofSeconds(2));
    assertThat(cache.getIfPresent("short")).isNull();
    assertThat(cache.getIfPresent("long")).isEqualTo("50");
    ticker.advance(Duration.ofSeconds(50));
    assertThat(cache.getIfPresent("long")).isNull();
  }

  @Test
  void expireAfterIsAskedOnCreateUpdateAndRead() {
    Expiry<String, String> expiry =
        new Expiry<>() {
          @Override
          public long expireAfterCreate(String key, String value, long now) {
            return Duration.ofMinutes(10).toNanos();
          }

          @Override
          public long expireAfterUpdate(String key, String value, long now, long left) {
            return Duration.ofMinutes(100).toNanos();
          }

          @Override
          public long expireAfterRead(String key, String value, long now, long left) {
            return left + Duration.ofMinutes(1).toNanos();
          }
        };
    CoalescingCache<String, String> cache =
        caches.track(CoalescingCache.builder().ticker(ticker).expireAfter(expiry).build());
    fetch(cache, "v");
    ticker.advance(Duration.ofMinutes(9));
    assertThat(cache.getIfPresent("k")).isEqualTo("v"); // leaves 2 minutes
    ticker.advance(Duration.ofSeconds(90));
    assertThat(cache.getIfPresent("k")).isEqualTo("v"); // leaves 1.5 minutes
    FetchHandle<String> refreshed =
        cache.refresh("k", (key, context) -> CompletableFuture.completedFuture("w"));
    assertThat(Eventually.value(refreshed)).isEqualTo("w"); // leaves 100 minutes

    ticker.advance(Duration.ofMinutes(99));
    assertThat(cache.asMap()).containsKey("k");
    ticker.advance(Duration.ofMinutes(10));
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void withAnAbsentTtlValuesGoByTheirOwnTime() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.expireAfterWrite(TTL).absentTtl(Duration.ofSeconds(1)));
    fetch(cache, "v");
    assertThat(cache.get("absent", key -> null)).isNull();

    ticker.advance(Duration.ofSeconds(2));
    assertThat(cache.get("k", key -> "never")).isEqualTo("v");
    assertThat(cache.get("absent", key -> "found")).isEqualTo("found");
    ticker.advance(ALMOST);
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.getIfPresent("absent")).isEqualTo("found");
  }

  @Test
  void anExpiredValueIsSeenByNobody() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(TTL));
    fetch(cache, "v");
    ticker.advance(TTL.plus(REST));

    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.getAllPresent(List.of("k"))).isEmpty();
    assertThat(cache.asMap().containsKey("k")).isFalse();
    assertThat(cache.onComplete("k", "c", outcome -> {})).isEqualTo(Registration.NOT_IN_FLIGHT);
    FetchHandle<String> next =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("w"));
    assertThat(next.origin()).isEqualTo(Origin.STARTED);
    assertThat(Eventually.value(next)).isEqualTo("w");
  }

  @Test
  void cleaningUpRemovesWhatExpired() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(TTL));
    fetch(cache, "v");
    ticker.advance(TTL.plus(REST));

    cache.cleanUp();

    assertThat(cache.estimatedSize()).isZero();
    assertThat(cache.stats().evictionCount()).isEqualTo(1);
  }

  @Test
  void zeroStoresNothingForLong() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.expireAfterWrite(Duration.ZERO));
    fetch(cache, "1");
    ticker.advance(Duration.ofNanos(1));

    fetch(cache, "2");
  }
}
