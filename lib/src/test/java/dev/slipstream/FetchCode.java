package dev.slipstream;

import static dev.slipstream.Scene.KEY;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** User code that takes part in a fetch. */
final class FetchCode {
  private static final String ASYNC = "`AsyncLoader`, `BulkLoader`";
  private static final String STAGE = "the loader's stage: its `cancel`, and what depends on it";
  private static final String CONTEXT = "`ContextPropagator`, its snapshots and scopes";
  private static final String CONTINUATION = "named continuation";
  private static final String PREDICATE = "predicate given to `failureTtl` or `staleIfError`";
  private static final String DEPENDENT = "a stage that depends on a handle";

  private FetchCode() {}

  static List<UserCode> all() {
    return List.of(
        UserCode.of("`Loader`", "blocking", FetchCode::loader),
        UserCode.of(ASYNC, "asynchronous", FetchCode::asyncLoader),
        UserCode.of(ASYNC, "bulk", FetchCode::bulkLoader),
        UserCode.of("`LoaderInterceptor`", "of a fetch", FetchCode::interceptor),
        UserCode.of("`LoaderInterceptor`", "of a bulk", FetchCode::interceptorOfABulk),
        UserCode.of(STAGE, "cancelled by the last leave", FetchCode::stageOfAnAbandonedFetch),
        UserCode.of(STAGE, "cancelled by abort", FetchCode::stageOfAnAbortedFetch),
        UserCode.of(STAGE, "cancelled by close", FetchCode::stageOfAClosedCache),
        UserCode.of(STAGE, "a dependent, at the last leave", FetchCode::dependentOfAStage),
        UserCode.of(CONTEXT, "capture", FetchCode::capture),
        UserCode.of(CONTEXT, "open, of a loader", FetchCode::open),
        UserCode.of(CONTEXT, "close, of a loader", FetchCode::closeOfAContext),
        UserCode.of(CONTEXT, "open, of an insert callback", FetchCode::openToInsert),
        UserCode.of("identity function", "of a fetched value", FetchCode::identity),
        UserCode.of("insert callback", "of a fetched value", FetchCode::insertCallback),
        UserCode.of(PREDICATE, "of a load that failed", FetchCode::predicate),
        UserCode.of(PREDICATE, "of a load that timed out", FetchCode::predicateOfATimeout),
        UserCode.of(CONTINUATION, "by key", FetchCode::continuationByKey),
        UserCode.of(CONTINUATION, "by handle", FetchCode::continuationByHandle),
        UserCode.of(CONTINUATION, "of an aborted fetch", FetchCode::continuationOfAnAbort),
        UserCode.of(DEPENDENT, "when the fetch completes", FetchCode::dependent),
        UserCode.of(DEPENDENT, "when its caller leaves others", FetchCode::dependentOfALeaver),
        UserCode.of(DEPENDENT, "when the last caller leaves", FetchCode::dependentOfTheLast),
        UserCode.of("`onAbandon` hook", "at the last leave", FetchCode::hook));
  }

  private static void loader(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    Loader<Object, String> loader =
        key -> {
          scene.block();
          return "loaded";
        };
    scene.calls(() -> cache.get(KEY, loader));
  }

  private static void asyncLoader(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    AsyncLoader<Object, String> loader =
        (key, context) -> {
          scene.block();
          return CompletableFuture.completedFuture("loaded");
        };
    scene.calls(() -> cache.getOrFetch(KEY, loader).join());
  }

  private static void bulkLoader(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    BulkLoader<Object, String> loader =
        (keys, context) -> {
          scene.block();
          return CompletableFuture.completedFuture(Map.of(KEY, "loaded"));
        };
    scene.calls(() -> cache.getAllOrFetch(List.of(KEY), loader).join());
  }

  private static CoalescingCache<Object, String> intercepted(Scene scene) {
    LoaderInterceptor<Object, String> interceptor =
        (key, context, next) -> {
          scene.block();
          return CompletableFuture.completedFuture("loaded");
        };
    return scene.cache(
        builder -> {
          var unused = builder.loaderInterceptor(interceptor);
          return builder;
        });
  }

  private static void interceptor(Scene scene) {
    CoalescingCache<Object, String> cache = intercepted(scene);
    scene.calls(() -> cache.get(KEY, key -> "loaded"));
  }

  private static void interceptorOfABulk(Scene scene) {
    CoalescingCache<Object, String> cache = intercepted(scene);
    BulkLoader<Object, String> loader =
        (keys, context) -> CompletableFuture.completedFuture(Map.of());
    scene.calls(() -> cache.getAllOrFetch(List.of(KEY), loader).join());
  }

  /** Starts a fetch whose stage blocks the thread that cancels it. */
  private static FetchHandle<String> withStage(Scene scene, CoalescingCache<Object, String> cache) {
    CompletableFuture<String> stage =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            scene.block();
            return super.cancel(mayInterruptIfRunning);
          }
        };
    FetchHandle<String> handle = cache.getOrFetch(KEY, (key, context) -> stage);
    scene.closes(() -> handle.cancel(true)); // keeps it: else the fetch may be collected
    return handle;
  }

  private static void stageOfAnAbandonedFetch(Scene scene) {
    FetchHandle<String> handle = withStage(scene, scene.cache());
    scene.calls(() -> handle.cancel(true));
  }

  private static void stageOfAnAbortedFetch(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    withStage(scene, cache);
    scene.calls(() -> cache.abort(KEY, new IllegalStateException("aborted")));
  }

  private static void stageOfAClosedCache(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    withStage(scene, cache);
    scene.runs(() -> cache.close());
  }

  private static void dependentOfAStage(Scene scene) {
    FetchHandle<String> handle = scene.startAlone(scene.cache());
    scene.promise().whenComplete((value, failure) -> scene.block());
    scene.calls(() -> handle.cancel(true));
  }

  private static void capture(Scene scene) {
    CoalescingCache<Object, String> cache =
        scene.cache(
            builder ->
                builder.contextPropagator(
                    () -> {
                      scene.block();
                      return () -> () -> {};
                    }));
    scene.calls(() -> cache.get(KEY, key -> "loaded"));
  }

  private static void open(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> opening(builder, scene));
    scene.calls(() -> cache.get(KEY, key -> "loaded"));
  }

  private static void closeOfAContext(Scene scene) {
    CoalescingCache<Object, String> cache =
        scene.cache(builder -> builder.contextPropagator(() -> () -> scene::block));
    scene.calls(() -> cache.get(KEY, key -> "loaded"));
  }

  private static void openToInsert(Scene scene) {
    CoalescingCache<Object, String> cache =
        scene.cache(builder -> opening(builder.onInsert(InsertCallback.replace()), scene));
    scene.start(cache);
    scene.completes();
  }

  private static CoalescingCacheBuilder<Object, Object> opening(
      CoalescingCacheBuilder<Object, Object> builder, Scene scene) {
    return builder.contextPropagator(
        () ->
            () -> {
              scene.block();
              return () -> {};
            });
  }

  private static void identity(Scene scene) {
    scene.start(
        scene.cache(
            builder ->
                builder.identity(
                    value -> {
                      scene.block();
                      return value.equals("other") ? value : KEY;
                    })));
    scene.completes();
  }

  private static void insertCallback(Scene scene) {
    scene.start(
        scene.cache(
            builder ->
                builder.onInsert(
                    (key, fetched, current) -> {
                      scene.block();
                      return fetched;
                    })));
    scene.completes();
  }

  private static void predicate(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache(builder -> judging(builder, scene));
    scene.calls(
        () ->
            cache.getOrFetch(
                KEY, (key, context) -> CompletableFuture.failedFuture(new IOException("down"))));
  }

  private static void predicateOfATimeout(Scene scene) {
    scene.start(
        scene.cache(builder -> judging(builder, scene).fetchTimeout(Duration.ofMillis(20))));
  }

  private static CoalescingCacheBuilder<Object, Object> judging(
      CoalescingCacheBuilder<Object, Object> builder, Scene scene) {
    return builder
        .expireAfterWrite(Duration.ofMinutes(1))
        .staleIfError(
            Duration.ofMinutes(1),
            failure -> {
              scene.block();
              return true;
            });
  }

  private static void continuationByKey(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    scene.start(cache);
    cache.onComplete(KEY, "c", outcome -> scene.block());
    scene.completes();
  }

  private static void continuationByHandle(Scene scene) {
    FetchHandle<String> handle = scene.start(scene.cache());
    handle.onComplete("c", outcome -> scene.block());
    scene.completes();
  }

  private static void continuationOfAnAbort(Scene scene) {
    CoalescingCache<Object, String> cache = scene.cache();
    scene.start(cache);
    cache.onComplete(KEY, "c", outcome -> scene.block());
    scene.calls(() -> cache.abort(KEY, new IllegalStateException("aborted")));
  }

  private static void dependent(Scene scene) {
    scene.start(scene.cache()).whenComplete((value, failure) -> scene.block());
    scene.completes();
  }

  private static void dependentOfALeaver(Scene scene) {
    FetchHandle<String> handle = scene.start(scene.cache());
    handle.whenComplete((value, failure) -> scene.block());
    scene.calls(() -> handle.cancel(true));
  }

  private static void dependentOfTheLast(Scene scene) {
    FetchHandle<String> handle = scene.startAlone(scene.cache());
    handle.whenComplete((value, failure) -> scene.block());
    scene.calls(() -> handle.cancel(true));
  }

  private static void hook(Scene scene) {
    FetchHandle<String> handle =
        scene
            .cache()
            .getOrFetch(
                KEY,
                (key, context) -> {
                  context.onAbandon(scene::block);
                  return scene.promise();
                });
    scene.calls(() -> handle.cancel(true));
  }
}
