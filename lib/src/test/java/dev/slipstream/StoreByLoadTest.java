package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A load says how long its value is cached, or that it is not to be. */
class StoreByLoadTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final FakeTicker ticker = new FakeTicker();

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return caches.cache(builder -> with.apply(builder.ticker(ticker)));
  }

  /** How a value of key "k" comes to be loaded. */
  private enum By {
    FETCH {
      @Override
      Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says) {
        return cache.getOrFetch("k", saying(says));
      }
    },
    BLOCKING_GET {
      @Override
      Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says) {
        return cache.get(
            "k",
            key -> {
              says.accept(FetchContext.current());
              return "loaded";
            });
      }
    },
    REFRESH {
      @Override
      Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says) {
        return cache.refresh("k", saying(says));
      }
    },
    PREFETCH {
      @Override
      Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says) {
        cache.prefetch("k", saying(says));
        return "";
      }
    },
    BULK {
      @Override
      Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says) {
        return cache.getAllOrFetch(List.of("k"), bulkSaying(says));
      }
    },
    FURTHER_VALUE_OF_A_BULK {
      @Override
      Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says) {
        return cache.getAllOrFetch(List.of("asked for"), bulkSaying(says));
      }
    };

    /** Loads a value, and has the load say something before it completes. */
    abstract Object load(CoalescingCache<String, String> cache, Consumer<FetchContext> says);

    private static AsyncLoader<String, String> saying(Consumer<FetchContext> says) {
      return (key, context) -> {
        says.accept(context);
        return CompletableFuture.completedFuture("loaded");
      };
    }

    private static BulkLoader<String, String> bulkSaying(Consumer<FetchContext> says) {
      return (keys, context) -> {
        says.accept(context);
        return CompletableFuture.completedFuture(Map.of("k", "loaded", "asked for", "loaded"));
      };
    }
  }

  @ParameterizedTest
  @EnumSource(By.class)
  void aTimeOfTheLoadReplacesTheCachesShorterAndLonger(By by) {
    for (Duration own : List.of(Duration.ofSeconds(1), HOUR)) {
      CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(MINUTE));
      assertThat(by.load(cache, context -> context.expireAfter(own))).isNotNull();
      ticker.advance(own.minusNanos(1));
      assertThat(cache.getIfPresent("k")).isEqualTo("loaded");
      ticker.advance(Duration.ofNanos(1));
      assertThat(cache.getIfPresent("k")).isNull();
    }
  }

  @Test
  void itReplacesTheTimeOfAnExpiryToo() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.expireAfter(Expiry.writing((key, value) -> MINUTE)));
    assertThat(By.FETCH.load(cache, context -> context.expireAfter(HOUR))).isNotNull();
    ticker.advance(MINUTE.multipliedBy(59));
    assertThat(cache.getIfPresent("k")).isEqualTo("loaded");
    ticker.advance(MINUTE);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void theTimeSinceTheLastAccessStillApplies() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterAccess(MINUTE));
    assertThat(By.FETCH.load(cache, context -> context.expireAfter(HOUR))).isNotNull();
    for (int i = 0; i < 118; i++) {
      ticker.advance(MINUTE.dividedBy(2));
      assertThat(cache.getIfPresent("k")).isEqualTo("loaded");
    }
    ticker.advance(MINUTE);
    assertThat(cache.getIfPresent("k")).as("an hour after its load").isNull();
    assertThat(By.FETCH.load(cache, context -> context.expireAfter(HOUR))).isNotNull();
    ticker.advance(MINUTE);
    assertThat(cache.getIfPresent("k")).as("not read for a minute").isNull();
  }

  @Test
  void theLastCallBeforeTheLoadCompletesCounts() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(MINUTE));
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<FetchContext> context = new CompletableFuture<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, given) -> {
              given.expireAfter(Duration.ofDays(1));
              context.complete(given);
              return answer;
            });
    Eventually.value(context).expireAfter(HOUR);
    answer.complete("loaded");
    Eventually.value(context).expireAfter(Duration.ofSeconds(1));
    assertThat(handle).isCompletedWithValue("loaded");
    ticker.advance(MINUTE.multipliedBy(59));
    assertThat(cache.getIfPresent("k")).isEqualTo("loaded");
    ticker.advance(MINUTE);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aPutAfterItHasTheCachesTimeAgain() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(MINUTE));
    assertThat(By.FETCH.load(cache, context -> context.expireAfter(HOUR))).isNotNull();
    cache.put("k", "put");
    ticker.advance(MINUTE);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @ParameterizedTest
  @EnumSource(By.class)
  void whatIsNotToBeStoredReachesItsCallersOnly(By by) {
    CoalescingCache<String, String> cache = cache(builder -> builder);
    Object got = by.load(cache, FetchContext::doNotStore);
    if (got instanceof CompletableFuture<?> future) {
      assertThat(Eventually.value(future).toString()).contains("loaded");
    }
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(cache.estimatedSize()).isZero();
  }

  @Test
  void aRefreshThatIsNotToBeStoredLeavesTheOlderValue() {
    CoalescingCache<String, String> cache = cache(builder -> builder);
    cache.put("k", "older");
    FetchHandle<String> handle =
        cache.refresh(
            "k",
            (key, context) -> {
              context.doNotStore();
              return CompletableFuture.completedFuture("newer");
            });
    assertThat(handle).isCompletedWithValue("newer");
    assertThat(cache.getIfPresent("k")).isEqualTo("older");
  }

  @Test
  void anAbsenceThatIsNotToBeStoredIsNotRemembered() {
    CoalescingCache<String, String> cache = cache(builder -> builder.absentTtl(MINUTE));
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.doNotStore();
              return CompletableFuture.completedFuture(null);
            });
    assertThat(handle).isCompletedWithValue(null);
    assertThat(cache.get("k", key -> "now there is one")).isEqualTo("now there is one");
  }

  @Test
  void aTimeIsRefusedWhereNothingExpires() {
    CoalescingCache<String, String> cache = cache(builder -> builder.absentTtl(MINUTE));
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              assertThatIllegalStateException()
                  .isThrownBy(() -> context.expireAfter(HOUR))
                  .withMessageContainingAll(
                      "test", "PT1H", "expireAfterWrite", "expireAfterAccess", "expireAfter");
              return CompletableFuture.completedFuture("loaded");
            });
    assertThat(handle).isCompletedWithValue("loaded");
  }

  @Test
  void aTimeOfZeroOrLessIsRefused() {
    CoalescingCache<String, String> cache = cache(builder -> builder.expireAfterWrite(MINUTE));
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              for (Duration bad : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.expireAfter(bad))
                    .withMessage("expireAfter must be more than zero, but is " + bad);
              }
              return CompletableFuture.completedFuture("loaded");
            });
    assertThat(handle).isCompletedWithValue("loaded");
  }
}
