package dev.slipstream.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.CoalescingCache;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.Cache.ValueRetrievalException;
import org.springframework.cache.Cache.ValueWrapper;

/** What Spring expects of each of its caches, with null values and without. */
class SlipstreamCacheTest {
  private final CoalescingCache<Object, Object> users = CoalescingCache.builder().build();
  private final SlipstreamCache cache = new SlipstreamCache("users", users);
  private final SlipstreamCache withoutNulls = new SlipstreamCache("users", users, false);

  @AfterEach
  void close() {
    users.close();
  }

  @Test
  void itHasANameAndTheCacheItStandsFor() {
    assertThat(cache.getName()).isEqualTo("users");
    assertThat(cache.getNativeCache()).isSameAs(users);
    assertThat(cache).hasToString("SlipstreamCache[users]");
    assertThat(cache.isAllowNullValues()).isTrue();
    assertThat(withoutNulls.isAllowNullValues()).isFalse();
  }

  @Test
  void aNullArgumentIsNamed() {
    assertThatThrownBy(() -> new SlipstreamCache(null, users)).hasMessage("name");
    assertThatThrownBy(() -> new SlipstreamCache("users", null)).hasMessage("cache");
    assertThatThrownBy(() -> cache.get(1, (Callable<String>) null)).hasMessage("valueLoader");
    assertThatThrownBy(() -> cache.retrieve(1, null)).hasMessage("valueLoader");
  }

  @Test
  void whatWasPutIsThere() {
    assertThat(cache.get("key")).isNull();
    assertThat(cache.get("key", String.class)).isNull();

    cache.put("key", "value");

    assertThat(stored("key")).isEqualTo("value");
    assertThat(cache.get("key", String.class)).isEqualTo("value");
    assertThat(cache.get("key", Object.class)).isEqualTo("value");
    assertThat(cache.<Object>get("key", (Class<Object>) null)).isEqualTo("value");
    assertThat(users.getIfPresent("key")).isEqualTo("value");
  }

  @Test
  void aValueOfAnotherTypeIsRefused() {
    cache.put("key", "value");

    assertThatThrownBy(() -> cache.get("key", Integer.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("java.lang.Integer");
  }

  @Test
  void aNullIsAValueWhereItIsAllowed() {
    cache.put("key", null);

    assertThat(cache.get("key")).isNotNull();
    assertThat(stored("key")).isNull();
    assertThat(cache.get("key", String.class)).isNull();
    assertThat(cache.<String>get("key", () -> "another")).isNull();
  }

  @Test
  void aNullIsRefusedWhereItIsNotAllowed() {
    assertThatThrownBy(() -> withoutNulls.put("key", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'users'");
    assertThatThrownBy(() -> withoutNulls.putIfAbsent("key", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(users.getIfPresent("key")).isNull();
  }

  @Test
  void aLoadMayBringNoneWhereNullIsNotAllowed() {
    assertThat(withoutNulls.<String>get("key", () -> null)).isNull();
    assertThat(withoutNulls.retrieve("key", () -> CompletableFuture.completedFuture(null)))
        .isCompletedWithValue(null);

    assertThat(withoutNulls.get("key")).isNull();
    assertThat(withoutNulls.retrieve("key")).isNull();
  }

  @Test
  void anAbsentTtlRemembersThatThereIsNone() {
    try (CoalescingCache<Object, Object> remembering =
        CoalescingCache.builder().absentTtl(Duration.ofHours(1)).build()) {
      SlipstreamCache absent = new SlipstreamCache("users", remembering, false);
      AtomicInteger loads = new AtomicInteger();
      for (int i = 0; i < 2; i++) {
        assertThat(
                absent.retrieve(
                    "key",
                    () -> {
                      loads.incrementAndGet();
                      return CompletableFuture.completedFuture(null);
                    }))
            .isCompletedWithValue(null);
      }

      assertThat(loads).hasValue(1);
    }
  }

  @Test
  void whatIsAbsentIsPutAndWhatIsThereIsReturned() {
    assertThat(cache.putIfAbsent("key", "first")).isNull();
    ValueWrapper there = Objects.requireNonNull(cache.putIfAbsent("key", "second"));

    assertThat(there.get()).isEqualTo("first");
    assertThat(stored("key")).isEqualTo("first");
  }

  @Test
  void aNullThatIsThereIsNotReplacedByPutIfAbsent() {
    cache.put("key", null);

    assertThat(Objects.requireNonNull(cache.putIfAbsent("key", "second")).get()).isNull();
  }

  @Test
  void evictRemovesOneKey() {
    cache.put("key", "value");
    cache.put("other", "value");

    cache.evict("key");
    cache.evict("unknown");

    assertThat(cache.get("key")).isNull();
    assertThat(stored("other")).isEqualTo("value");
  }

  @Test
  void evictIfPresentReportsWhetherItWas() {
    cache.put("key", null);

    assertThat(cache.evictIfPresent("key")).isTrue();
    assertThat(cache.evictIfPresent("key")).isFalse();
  }

  @Test
  void clearRemovesAllKeys() {
    cache.put("key", "value");
    cache.put("other", "value");

    cache.clear();

    assertThat(cache.get("key")).isNull();
    assertThat(cache.get("other")).isNull();
  }

  @Test
  void invalidateReportsWhetherThereWereAny() {
    cache.put("key", "value");

    assertThat(cache.invalidate()).isTrue();
    assertThat(cache.invalidate()).isFalse();
    assertThat(cache.get("key")).isNull();
  }

  @Test
  void evictIfPresentFencesALoad() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    CompletableFuture<String> caller = cache.retrieve("key", () -> upstream);

    assertThat(cache.evictIfPresent("key")).isFalse();
    upstream.complete("old");

    assertThat(Eventually.value(caller)).isEqualTo("old");
    assertThat(cache.get("key")).isNull();
  }

  @Test
  void aValueIsLoadedOnce() {
    AtomicInteger loads = new AtomicInteger();

    assertThat(cache.<Integer>get("key", loads::incrementAndGet)).isEqualTo(1);
    assertThat(cache.<Integer>get("key", loads::incrementAndGet)).isEqualTo(1);
    assertThat(stored("key")).isEqualTo(1);
  }

  @Test
  void aNullIsLoadedOnceWhereItIsAllowed() {
    AtomicInteger loads = new AtomicInteger();

    for (int i = 0; i < 2; i++) {
      String value =
          cache.get(
              "key",
              () -> {
                loads.incrementAndGet();
                return null;
              });
      assertThat(value).isNull();
    }

    assertThat(loads).hasValue(1);
  }

  @Test
  void aLoaderThatThrowsIsTheCauseOfAValueRetrievalException() {
    IOException failure = new IOException("no connection");

    assertThatThrownBy(
            () ->
                cache.get(
                    "key",
                    () -> {
                      throw failure;
                    }))
        .isInstanceOfSatisfying(
            ValueRetrievalException.class, e -> assertThat(e.getKey()).isEqualTo("key"))
        .cause()
        .isSameAs(failure);
    assertThat(cache.get("key")).isNull();
  }

  @Test
  void anInterruptedExceptionOfTheLoadersOwnIsTheLoadersFailure() {
    InterruptedException failure = new InterruptedException("the loader's");

    assertThatThrownBy(
            () ->
                cache.get(
                    "key",
                    () -> {
                      throw failure;
                    }))
        .cause()
        .isSameAs(failure);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void concurrentCallersShareALoad() {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    List<Caller<Integer>> callers =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    Caller.start(
                        () ->
                            cache.<Integer>get(
                                "key",
                                () -> {
                                  Eventually.opens(release);
                                  return loads.incrementAndGet();
                                })))
            .toList();
    Eventually.until("all wait", () -> users.awaiterCount() == 10);

    release.countDown();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.value()).isEqualTo(1));
  }

  @Test
  void aFutureIsRetrievedOnce() {
    AtomicInteger loads = new AtomicInteger();
    assertThat(cache.retrieve("key")).isNull();

    for (int i = 0; i < 2; i++) {
      assertThat(
              cache.retrieve(
                  "key", () -> CompletableFuture.completedFuture(loads.incrementAndGet())))
          .isCompletedWithValue(1);
    }

    CompletableFuture<?> present = Objects.requireNonNull(cache.retrieve("key"));
    assertThat(((ValueWrapper) Objects.requireNonNull(present.join())).get()).isEqualTo(1);
  }

  @Test
  void aFutureThatFailsIsNotStored() {
    IOException failure = new IOException("no connection");

    CompletableFuture<String> caller =
        cache.retrieve("key", () -> CompletableFuture.failedFuture(failure));

    assertThat(Eventually.failure(caller)).isSameAs(failure);
    assertThat(cache.retrieve("key")).isNull();
  }

  @Test
  void aLoaderThatReturnsNoFutureIsNamed() {
    assertThat(Eventually.failure(cache.retrieve("key", () -> null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("returned null in the place of a future");
  }

  @Test
  void aJoinedLoadThatFindsNoneIsALateMiss() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    CompletableFuture<String> caller = withoutNulls.retrieve("key", () -> upstream);
    CompletableFuture<?> joined = Objects.requireNonNull(withoutNulls.retrieve("key"));

    upstream.complete(null);

    assertThat(Eventually.value(caller)).isNull();
    assertThat(Eventually.value(joined)).isNull();
  }

  @Test
  void theLastLeaveCancelsTheLoadersFuture() {
    CompletableFuture<String> upstream = new CompletableFuture<>();
    CompletableFuture<String> first = cache.retrieve("key", () -> upstream);
    CompletableFuture<String> second = cache.retrieve("key", () -> upstream);

    first.cancel(true);
    assertThat(upstream).isNotDone();
    second.cancel(true);

    assertThat(upstream).isCancelled();
  }

  private Object stored(Object key) {
    Cache.ValueWrapper wrapper = Objects.requireNonNull(cache.get(key));
    return wrapper.get();
  }
}
