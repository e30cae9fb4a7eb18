package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Interceptors stand round every load, the first outermost. */
class LoaderInterceptorTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();

  private CoalescingCache<String, String> cache(
      List<LoaderInterceptor<String, String>> interceptors) {
    CoalescingCacheBuilder<Object, Object> builder =
        CoalescingCache.builder().name("test").recordStats();
    interceptors.forEach(builder::loaderInterceptor);
    return caches.track(builder.<String, String>build());
  }

  private CoalescingCache<String, String> cache(LoaderInterceptor<String, String> interceptor) {
    return cache(List.of(interceptor));
  }

  private LoaderInterceptor<String, String> noting(String name) {
    return (key, context, next) -> {
      calls.add(name + " " + key + " on " + Thread.currentThread().getName());
      return next.load(key, context).thenApply(value -> value + name);
    };
  }

  @Test
  void theFirstIsOutermostAndOnTheCallersThread() {
    CoalescingCache<String, String> cache = cache(List.of(noting("a"), noting("b")));
    String here = Thread.currentThread().getName();

    assertThat(cache.get("k", key -> "v")).isEqualTo("vba");
    assertThat(calls).containsExactly("a k on " + here, "b k on " + here);
    assertThat(cache.get("k", key -> "never")).isEqualTo("vba");
    assertThat(calls).as("a hit loads nothing").hasSize(2);
  }

  @Test
  void eachKindOfLoadIsIntercepted() {
    CoalescingCache<String, String> cache = cache(noting("i"));
    cache.prefetch("p", loader.async());
    FetchHandle<String> async = cache.getOrFetch("a", loader.async());
    FetchHandle<String> refresh = cache.refresh("r", loader.async());
    FetchHandle<String> joined = cache.getOrFetch("a", loader.async());
    for (int i = 0; i < 3; i++) {
      loader.run(i).complete("v");
    }

    assertThat(List.of(async, refresh, joined)).allMatch(handle -> handle.join().equals("vi"));
    assertThat(calls).hasSize(3);
  }

  @Test
  void inARefreshNextReloads() {
    CoalescingCache<String, String> cache = cache(noting("i"));
    cache.put("k", "old");
    Loader<String, String> growing =
        new Loader<>() {
          @Override
          public String load(String key) {
            return "new";
          }

          @Override
          public String reload(String key, String old) {
            return old + "er";
          }
        };

    assertThat(cache.refresh("k", growing).join()).isEqualTo("olderi");
  }

  @Test
  void itMayAnswerWithoutALoad() {
    CoalescingCache<String, String> cache =
        cache((key, context, next) -> CompletableFuture.completedFuture("own"));

    assertThat(cache.get("k", key -> "never")).isEqualTo("own");
    assertThat(cache.getAll(List.of("a", "b"), loader.bulk()))
        .isEqualTo(Map.of("a", "own", "b", "own"));
    assertThat(loader.starts()).isZero();
  }

  @Test
  void whatItThrowsFailsTheFetchBare() {
    IOException refusal = new IOException("refused");
    CoalescingCache<String, String> cache =
        cache(
            (key, context, next) -> {
              throw refusal;
            });

    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(handle.handle((value, failure) -> failure).join()).isSameAs(refusal);
  }

  @Test
  void aNullStageIsNamed() {
    CoalescingCache<String, String> cache = cache((key, context, next) -> null);

    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(handle.handle((value, failure) -> failure).join())
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("interceptor")
        .hasMessageContaining("key k");
  }

  @Test
  void nextIsCalledOnceAtMost() {
    CoalescingCache<String, String> cache =
        cache(
            (key, context, next) -> {
              var unused = next.load(key, context);
              return next.load(key, context);
            });

    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(handle.handle((value, failure) -> failure).join())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("next a second time");
    assertThat(loader.starts()).isEqualTo(1);
    assertThat(loader.run().isCancelled()).as("nothing waits for it").isFalse();
  }

  @Test
  void aBlockingLoaderRunsOnItsExecutorAndIsCancelledWithTheFetch() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder -> {
              CoalescingCacheBuilder<Object, Object> with = builder.executor(executor);
              with.loaderInterceptor(
                  (Object key, FetchContext context, AsyncLoader<? super Object, ?> next) ->
                      next.load(key, context).thenApply(value -> value));
              return with;
            });
    List<String> runs = new ArrayList<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              runs.add(key);
              return "v";
            });
    handle.cancel(true);
    executor.runAll();

    assertThat(runs).as("queued when it was abandoned").isEmpty();
  }

  @Test
  void theLastLeaveReachesTheLoaderBelowADerivedStage() {
    CoalescingCache<String, String> cache = cache(noting("i"));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.blocking());
    loader.run();
    handle.cancel(true);

    loader.run().awaitCancelled();
  }

  @Test
  void inABulkEachKeyIsInterceptedAndTheLoaderAskedOnce() {
    CoalescingCache<String, String> cache =
        cache(
            (key, context, next) -> {
              calls.add(key);
              return key.equals("own")
                  ? CompletableFuture.completedFuture("mine")
                  : next.load(key, context).thenApply(value -> value + "!");
            });
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "own", "b"), loader.bulk());
    assertThat(loader.starts()).isEqualTo(1);
    assertThat(loader.run().keys).isEqualTo(Set.of("a", "b"));
    loader.run().answers.complete(Map.of("a", "1", "b", "2", "extra", "3"));

    assertThat(all.join()).isEqualTo(Map.of("a", "1!", "own", "mine", "b", "2!"));
    assertThat(calls).containsExactly("a", "own", "b");
    assertThat(cache.getIfPresent("extra")).isEqualTo("3");
  }

  @Test
  void inABulkAKeyThatIsRefusedFailsAlone() {
    IOException refusal = new IOException("refused");
    CoalescingCache<String, String> cache =
        cache(
            (key, context, next) -> {
              if (key.equals("bad")) {
                throw refusal;
              }
              return next.load(key, context);
            });
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "bad"), loader.bulk());
    FetchHandle<String> good = cache.joinIfInFlight("a");
    FetchHandle<String> bad = cache.joinIfInFlight("bad");
    loader.run().complete("v");

    assertThat(good.join()).isEqualTo("v");
    assertThat(bad.handle((value, failure) -> failure).join()).isSameAs(refusal);
    assertThat(all.handle((value, failure) -> failure).join()).isSameAs(refusal);
  }

  @Test
  void inABulkANextThatIsCalledLaterLoadsByItself() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    CoalescingCache<String, String> cache =
        cache(
            (key, context, next) ->
                key.equals("late")
                    ? gate.thenCompose(none -> load(next, key, context))
                    : next.load(key, context));
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "late"), loader.bulk());
    loader.run(0).complete("v");
    gate.complete(null);
    loader.run(1).complete("w");

    assertThat(all.join()).isEqualTo(Map.of("a", "v", "late", "w"));
    assertThat(loader.run(1).keys).isEqualTo(Set.of("late"));
  }

  private static CompletableFuture<String> load(
      AsyncLoader<? super String, ? extends String> next, String key, FetchContext context) {
    try {
      return next.load(key, context).thenApply(value -> (String) value).toCompletableFuture();
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Test
  void aBulkThatIsAbandonedCancelsItsLoader() {
    CoalescingCache<String, String> cache = cache(noting("i"));
    cache.getAllOrFetch(List.of("a", "b"), loader.bulk()).cancel(true);

    assertThat(loader.run().isCancelled()).isTrue();
  }

  @Test
  void inABulkAFailureOrANullMapOfTheLoaderFailsItsKeys() {
    CoalescingCache<String, String> cache = cache(noting("i"));
    IOException failure = new IOException("down");
    CompletableFuture<Map<String, String>> failed =
        cache.getAllOrFetch(List.of("a"), loader.bulk());
    loader.run(0).fail(failure);
    CompletableFuture<Map<String, String>> none = cache.getAllOrFetch(List.of("a"), loader.bulk());
    loader.run(1).answers.complete(null);

    assertThat(failed.handle((value, thrown) -> thrown).join()).isSameAs(failure);
    assertThat(none.handle((value, thrown) -> thrown).join())
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("null map");
  }

  @Test
  void aNullInterceptorIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> CoalescingCache.builder().loaderInterceptor(null))
        .withMessage("loaderInterceptor");
  }
}
