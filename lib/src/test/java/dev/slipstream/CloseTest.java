package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;

import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After close, reading methods answer, methods that return a handle return a failed one, and all
 * others throw. What close does to callers that wait is in {@link G18CloseTest}.
 */
class CloseTest {
  private static final Loader<String, String> NEVER =
      key -> {
        throw new AssertionError("a closed cache started a loader");
      };
  private static final AsyncLoader<String, String> NEVER_ASYNC =
      (key, context) -> {
        throw new AssertionError("a closed cache started a loader");
      };
  private static final BulkLoader<String, String> NEVER_BULK =
      (keys, context) -> {
        throw new AssertionError("a closed cache started a loader");
      };

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();

  private static <T> Named<T> call(String name, T call) {
    return named(name, call);
  }

  static Stream<Named<Function<CoalescingCache<String, String>, CompletableFuture<?>>>> handles() {
    return Stream.of(
        call("getOrFetch", cache -> cache.getOrFetch("new", NEVER)),
        call("getOrFetch async", cache -> cache.getOrFetch("new", NEVER_ASYNC)),
        call("refresh", cache -> cache.refresh("k", NEVER)),
        call("refresh async", cache -> cache.refresh("k", NEVER_ASYNC)),
        call("getAllOrFetch", cache -> cache.getAllOrFetch(List.of("new"), NEVER_BULK)),
        call("joinIfInFlight", cache -> cache.joinIfInFlight("k")));
  }

  @ParameterizedTest
  @MethodSource("handles")
  void aMethodThatReturnsAHandleReturnsAFailedOne(
      Function<CoalescingCache<String, String>, CompletableFuture<?>> call) {
    cache.put("k", "v");
    cache.close();

    CompletableFuture<?> handle = call.apply(cache);

    assertThat(handle).isCompletedExceptionally();
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    assertThat(handle.isCancelled()).isFalse();
  }

  static Stream<Named<Consumer<CoalescingCache<String, String>>>> others() {
    return Stream.of(
        call("get", cache -> cache.get("new", NEVER)),
        call("get for a time", cache -> cache.get("new", NEVER, Duration.ofSeconds(30))),
        call("getAll", cache -> cache.getAll(List.of("new"), NEVER_BULK)),
        call("prefetch", cache -> cache.prefetch("new", NEVER)),
        call("prefetch async", cache -> cache.prefetch("new", NEVER_ASYNC)),
        call("put", cache -> cache.put("k", "w")),
        call("putAll", cache -> cache.putAll(Map.of("k", "w"))),
        call("invalidate", cache -> cache.invalidate("k")),
        call("invalidateAll", CoalescingCache::invalidateAll),
        call("invalidateAll keys", cache -> cache.invalidateAll(List.of("k"))),
        call("abort", cache -> cache.abort("k", new IllegalStateException())),
        call("onComplete", cache -> cache.onComplete("k", "c", outcome -> {})),
        call("onCompleteOrThrow", cache -> cache.onCompleteOrThrow("new", "c", outcome -> {})),
        call("removeOnComplete", cache -> cache.removeOnComplete("k", "c")),
        call("asMap.put", cache -> cache.asMap().put("k", "w")),
        call("asMap.remove", cache -> cache.asMap().remove("k")),
        call("asMap.clear", cache -> cache.asMap().clear()),
        call("asMap.putIfAbsent", cache -> cache.asMap().putIfAbsent("new", "w")),
        call("asMap.compute", cache -> cache.asMap().compute("k", (key, value) -> "w")));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anyOtherMethodThrowsAndChangesNothing(Consumer<CoalescingCache<String, String>> call) {
    cache.put("k", "v");
    cache.close();

    assertThatThrownBy(() -> call.accept(cache))
        .isExactlyInstanceOf(CacheClosedException.class)
        .hasMessageContaining("test");
    assertThat(cache.asMap()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void readingMethodsAnswer() {
    cache.put("k", "v");
    cache.close();

    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    assertThat(cache.getIfPresent("new")).isNull();
    assertThat(cache.getAllPresent(List.of("k", "new"))).isEqualTo(Map.of("k", "v"));
    assertThat(cache.estimatedSize()).isEqualTo(1);
    assertThat(cache.inFlight()).isEmpty();
    assertThat(cache.stats().fetchCount()).isZero();
    assertThat(cache.asMap().get("k")).isEqualTo("v");
    assertThat(cache.asMap().containsKey("k")).isTrue();
    assertThat(cache.asMap()).containsExactly(Map.entry("k", "v"));
    assertThat(cache.toString()).isNotNull();
  }

  @Test
  void badArgumentsAreStillBadArguments() {
    cache.close();

    assertThatThrownBy(() -> cache.put(null, "v")).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> cache.getOrFetch(null, NEVER))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void aBlockingCallThrowsItsOwnException() {
    cache.close();

    assertThatThrownBy(() -> cache.get("k", NEVER))
        .isExactlyInstanceOf(CacheClosedException.class)
        .satisfies(
            failure ->
                assertThat(failure.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(CloseTest.class.getName())));
  }

  @Test
  void handlesThatWereGivenBeforeStayAsTheyWere() {
    FetchHandle<String> done =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("v"));

    cache.close();

    assertThat(done).isCompletedWithValue("v");
  }

  @Test
  void executorsThatWereGivenAreNotClosed() {
    ExecutorService loaders = Executors.newSingleThreadExecutor();
    ExecutorService continuations = Executors.newSingleThreadExecutor();
    CoalescingCache<String, String> given =
        caches.cache(builder -> builder.executor(loaders).continuationExecutor(continuations));
    assertThat(given.get("k", key -> "v")).isEqualTo("v");

    given.close();

    assertThat(loaders.isShutdown()).isFalse();
    assertThat(continuations.isShutdown()).isFalse();
    loaders.shutdown();
    continuations.shutdown();
  }

  @Test
  void itIsAResource() {
    FetchHandle<String> handle;
    try (CoalescingCache<String, String> resource = CoalescingCache.builder().build()) {
      handle = resource.getOrFetch("k", (key, context) -> new CompletableFuture<>());
    }
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
  }
}
