package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.ControlledLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every null argument of every public method is named, and nothing has started by then. */
class NullArgumentTest {
  private static final Loader<String, String> LOADER =
      key -> {
        throw new AssertionError("started");
      };
  private static final AsyncLoader<String, String> ASYNC =
      (key, context) -> {
        throw new AssertionError("started");
      };
  private static final BulkLoader<String, String> BULK =
      (keys, context) -> {
        throw new AssertionError("started");
      };
  private static final Continuation<String> CONTINUATION = outcome -> {};
  private static final List<String> ONE = List.of("k");
  private static final List<String> WITH_NULL = Arrays.asList("k", null);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  interface Call extends Consumer<CoalescingCache<String, String>> {}

  interface LoadingCall extends Consumer<LoadingCoalescingCache<String, String>> {}

  interface BuilderCall extends Consumer<CoalescingCacheBuilder<Object, Object>> {}

  private static Arguments call(String argument, String method, Call call) {
    return arguments(argument, method, call);
  }

  static Stream<Arguments> calls() {
    Loader<String, String> noLoader = null;
    AsyncLoader<String, String> noAsync = null;
    Duration second = Duration.ofSeconds(1);
    return Stream.of(
        call("key", "getOrFetch", cache -> cache.getOrFetch(null, LOADER)),
        call("loader", "getOrFetch", cache -> cache.getOrFetch("k", noLoader)),
        call("key", "getOrFetch async", cache -> cache.getOrFetch(null, ASYNC)),
        call("loader", "getOrFetch async", cache -> cache.getOrFetch("k", noAsync)),
        call("key", "get", cache -> cache.get(null, LOADER)),
        call("loader", "get", cache -> cache.get("k", null)),
        call("key", "get for a time", cache -> cache.get(null, LOADER, second)),
        call("loader", "get for a time", cache -> cache.get("k", null, second)),
        call("timeout", "get for a time", cache -> cache.get("k", LOADER, null)),
        call("keys", "getAllOrFetch", cache -> cache.getAllOrFetch(null, BULK)),
        call("loader", "getAllOrFetch", cache -> cache.getAllOrFetch(ONE, null)),
        call("key", "getAllOrFetch of null", cache -> cache.getAllOrFetch(WITH_NULL, BULK)),
        call("keys", "getAll", cache -> cache.getAll(null, BULK)),
        call("loader", "getAll", cache -> cache.getAll(ONE, null)),
        call("key", "getAll of null", cache -> cache.getAll(WITH_NULL, BULK)),
        call("key", "refresh", cache -> cache.refresh(null, LOADER)),
        call("loader", "refresh", cache -> cache.refresh("k", noLoader)),
        call("key", "refresh async", cache -> cache.refresh(null, ASYNC)),
        call("loader", "refresh async", cache -> cache.refresh("k", noAsync)),
        call("key", "prefetch", cache -> cache.prefetch(null, LOADER)),
        call("loader", "prefetch", cache -> cache.prefetch("k", noLoader)),
        call("key", "prefetch async", cache -> cache.prefetch(null, ASYNC)),
        call("loader", "prefetch async", cache -> cache.prefetch("k", noAsync)),
        call("key", "getIfPresent", cache -> cache.getIfPresent(null)),
        call("keys", "getAllPresent", cache -> cache.getAllPresent(null)),
        call("key", "getAllPresent of null", cache -> cache.getAllPresent(WITH_NULL)),
        call("key", "joinIfInFlight", cache -> cache.joinIfInFlight(null)),
        call("key", "put", cache -> cache.put(null, "v")),
        call("value", "put", cache -> cache.put("k", null)),
        call("values", "putAll", cache -> cache.putAll(null)),
        call("key", "putAll of null", cache -> cache.putAll(Collections.singletonMap(null, "v"))),
        call("value", "putAll of null", cache -> cache.putAll(Collections.singletonMap("k", null))),
        call("key", "invalidate", cache -> cache.invalidate(null)),
        call("keys", "invalidateAll", cache -> cache.invalidateAll(null)),
        call("key", "invalidateAll of null", cache -> cache.invalidateAll(WITH_NULL)),
        call("key", "abort", cache -> cache.abort(null, new IllegalStateException())),
        call("cause", "abort", cache -> cache.abort("k", null)),
        call("key", "onComplete", cache -> cache.onComplete(null, "c", CONTINUATION)),
        call("name", "onComplete", cache -> cache.onComplete("k", null, CONTINUATION)),
        call("continuation", "onComplete", cache -> cache.onComplete("k", "c", null)),
        call("key", "onCompleteOrThrow", cache -> cache.onCompleteOrThrow(null, "c", CONTINUATION)),
        call(
            "name", "onCompleteOrThrow", cache -> cache.onCompleteOrThrow("k", null, CONTINUATION)),
        call("continuation", "onCompleteOrThrow", cache -> cache.onCompleteOrThrow("k", "c", null)),
        call("key", "removeOnComplete", cache -> cache.removeOnComplete(null, "c")),
        call("name", "removeOnComplete", cache -> cache.removeOnComplete("k", null)));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("calls")
  void isNamedAndStartsNothing(String argument, String method, Call call) {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("there", "v");

    assertThatNullPointerException()
        .as(method)
        .isThrownBy(() -> call.accept(cache))
        .withMessageContaining(argument);

    assertThat(cache.inFlight()).isEmpty();
    assertThat(cache.stats().fetchCount()).isZero();
    assertThat(cache.asMap()).isEqualTo(Map.of("there", "v"));
  }

  private static Arguments loading(String argument, String method, LoadingCall call) {
    return arguments(argument, method, call);
  }

  static Stream<Arguments> loadingCalls() {
    return Stream.of(
        loading("key", "getOrFetch", cache -> cache.getOrFetch(null)),
        loading("key", "get", cache -> cache.get(null)),
        loading("key", "get for a time", cache -> cache.get(null, Duration.ofSeconds(1))),
        loading("timeout", "get for a time", cache -> cache.get("k", (Duration) null)),
        loading("keys", "getAllOrFetch", cache -> cache.getAllOrFetch(null)),
        loading("key", "getAllOrFetch of null", cache -> cache.getAllOrFetch(WITH_NULL)),
        loading("keys", "getAll", cache -> cache.getAll(null)),
        loading("key", "getAll of null", cache -> cache.getAll(WITH_NULL)),
        loading("key", "refresh", cache -> cache.refresh(null)),
        loading("key", "prefetch", cache -> cache.prefetch(null)));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("loadingCalls")
  void ofALoadingCacheIsNamedAndStartsNothing(String argument, String method, LoadingCall call) {
    List<LoadingCoalescingCache<String, String>> kinds =
        List.of(
            caches.track(CoalescingCache.builder().build(ASYNC)),
            caches.track(CoalescingCache.builder().build(LOADER)),
            caches.track(CoalescingCache.builder().build(ASYNC, BULK)));
    for (LoadingCoalescingCache<String, String> cache : kinds) {
      assertThatNullPointerException()
          .as(method)
          .isThrownBy(() -> call.accept(cache))
          .withMessageContaining(argument);
      assertThat(cache.inFlight()).isEmpty();
    }
  }

  private static Arguments setting(String method, BuilderCall call) {
    return arguments(method, call);
  }

  static Stream<Arguments> settings() {
    Weigher<String, String> noWeigher = null;
    Expiry<String, String> noExpiry = null;
    RemovalListener<String, String> noListener = null;
    Function<String, String> noIdentity = null;
    InsertCallback<String, String> noInsert = null;
    return Stream.of(
        setting("weigher", builder -> builder.weigher(noWeigher)),
        setting("duration", builder -> builder.expireAfterWrite(null)),
        setting("duration", builder -> builder.expireAfterAccess(null)),
        setting("expiry", builder -> builder.expireAfter(noExpiry)),
        setting("executor", builder -> builder.executor(null)),
        setting("continuationExecutor", builder -> builder.continuationExecutor(null)),
        setting("scheduler", builder -> builder.scheduler(null)),
        setting("ticker", builder -> builder.ticker(null)),
        setting("removalListener", builder -> builder.removalListener(noListener)),
        setting("evictionListener", builder -> builder.evictionListener(noListener)),
        setting("name", builder -> builder.name(null)),
        setting("duration", builder -> builder.fetchTimeout(null)),
        setting("duration", builder -> builder.absentTtl(null)),
        setting("abandonPolicy", builder -> builder.abandonPolicy(null)),
        setting("identity", builder -> builder.identity(noIdentity)),
        setting("insertCallback", builder -> builder.onInsert(noInsert)),
        setting("discardListener", builder -> builder.discardListener(null)),
        setting("contextPropagator", builder -> builder.contextPropagator(null)),
        setting("loader", builder -> builder.build((Loader<String, String>) null)),
        setting("loader", builder -> builder.build((AsyncLoader<String, String>) null)),
        setting("loader", builder -> builder.build(null, BULK)),
        setting("bulkLoader", builder -> builder.build(ASYNC, null)),
        setting("caffeineSpec", builder -> CoalescingCacheBuilder.from(null)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void ofABuilderIsNamed(String argument, BuilderCall call) {
    assertThatNullPointerException()
        .isThrownBy(() -> call.accept(CoalescingCache.builder()))
        .withMessageContaining(argument);
  }

  @Test
  void ofAHandleIsNamedWhateverItsState() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.put("hit", "v");
    ControlledLoader<String> loader = new ControlledLoader<>();
    FetchHandle<String> running = cache.getOrFetch("k", loader.async());
    FetchHandle<String> hit = cache.getOrFetch("hit", LOADER);
    CoalescingCache<String, String> closed = caches.cache();
    closed.close();
    FetchHandle<String> failed = closed.getOrFetch("k", LOADER);

    for (FetchHandle<String> handle : List.of(running, hit, failed)) {
      assertThatNullPointerException()
          .isThrownBy(() -> handle.onComplete(null, CONTINUATION))
          .withMessageContaining("name");
      assertThatNullPointerException()
          .isThrownBy(() -> handle.onComplete("c", null))
          .withMessageContaining("continuation");
      assertThatThrownBy(() -> handle.completeExceptionally(null))
          .isInstanceOf(NullPointerException.class);
    }
    assertThat(running).isNotDone();
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    running.cancel(true);
  }

  @Test
  void ofAContextIsNamed() {
    CoalescingCache<String, String> cache = caches.cache();
    ControlledLoader<String> loader = new ControlledLoader<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThatNullPointerException()
        .isThrownBy(() -> loader.run().context.onAbandon(null))
        .withMessageContaining("hook");
    handle.cancel(true);
  }

  @Test
  void ofTheValueTypesIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> new Outcome.Failure<String>(null))
        .withMessageContaining("cause");
    assertThatNullPointerException()
        .isThrownBy(() -> new AlreadyCompletedException("message", null))
        .withMessageContaining("outcome");
  }

  @Test
  void aListWhoseNullComesLateStoresNothingOfWhatCameBefore() {
    CoalescingCache<String, String> cache = caches.cache();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("first", "v");
    values.put("second", null);
    cache.put("k", "v");

    assertThatThrownBy(() -> cache.putAll(values)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> cache.invalidateAll(WITH_NULL))
        .isInstanceOf(NullPointerException.class);

    assertThat(cache.asMap()).isEqualTo(Map.of("k", "v"));
  }
}
