package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G12, loaders and callbacks misbehave: whatever they do ends the flight, its callers get the
 * failure, and the slot is free. Which exception goes where is in {@link OutcomeTableTest}.
 */
class G12MisbehaviourTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void throwingBeforeReturningAStage(EntryPoint entryPoint) {
    IllegalStateException failure = new IllegalStateException("at once");
    Entry<String> entry = entryPoint.enter(cache, "k", loader.throwing(failure));

    assertThat(entry.loaderFailure()).isSameAs(failure);
    slotIsFree(cache);
  }

  @ParameterizedTest
  @EnumSource(
      value = EntryPoint.class,
      names = {"ASYNC", "BULK", "BLOCKING_BULK", "REFRESH"})
  void returningNoStage(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader.returningNullStage());

    assertThat(entry.loaderFailure()).isInstanceOf(NullPointerException.class);
    slotIsFree(cache);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void dyingOfAnError(EntryPoint entryPoint) {
    StackOverflowError error = new StackOverflowError("deep");
    Entry<String> entry = entryPoint.enter(cache, "k", loader.throwing(error));

    assertThat(entry.failure()).isInstanceOf(LoaderPanicException.class).hasRootCause(error);
    slotIsFree(cache);
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void throwingAnInterruptedExceptionOfItsOwn(EntryPoint entryPoint) {
    InterruptedException failure = new InterruptedException("of its own");
    Entry<String> entry = entryPoint.enter(cache, "k", loader.throwing(failure));

    assertThat(entry.loaderFailure()).isSameAs(failure);
    slotIsFree(cache);
    Thread.interrupted(); // an async loader threw it on this very thread
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void cancellingItself(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    loader.run().cancelItself();

    assertThat(entry.failure())
        .isInstanceOf(FetchException.class)
        .hasCauseInstanceOf(CancellationException.class);
    slotIsFree(cache);
  }

  @Test
  void aForeignStageIsObservedToo() {
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> good = cache.getOrFetch("k", (key, context) -> foreign(promise));
    promise.complete("v");
    assertThat(Eventually.value(good)).isEqualTo("v");

    CompletableFuture<String> broken = new CompletableFuture<>();
    FetchHandle<String> bad = cache.getOrFetch("bad", (key, context) -> foreign(broken));
    broken.completeExceptionally(new IllegalStateException("foreign"));
    assertThat(Eventually.failure(bad)).hasMessage("foreign");
  }

  @Test
  void aForeignStageThatIsDoneAlreadyIsObservedToo() {
    FetchHandle<String> good =
        cache.getOrFetch("k", (key, context) -> foreign(CompletableFuture.completedFuture("v")));
    assertThat(Eventually.value(good)).isEqualTo("v");
  }

  @Test
  void aForeignStageThatCannotBeListenedToEndsTheFetch() {
    UnsupportedOperationException refusal = new UnsupportedOperationException("no listeners");
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> refusing(String.class, refusal));

    assertThat(Eventually.failure(handle)).isNotNull();
    slotIsFree(cache);
  }

  @Test
  void minimalStagesAreObservedToo() {
    FetchHandle<String> completed =
        cache.getOrFetch("k1", (key, context) -> CompletableFuture.completedStage("v"));
    FetchHandle<String> failed =
        cache.getOrFetch(
            "k2",
            (key, context) -> CompletableFuture.failedStage(new IllegalStateException("down")));
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> minimal =
        cache.getOrFetch("k3", (key, context) -> promise.minimalCompletionStage());
    promise.complete("v");

    assertThat(Eventually.value(completed)).isEqualTo("v");
    assertThat(Eventually.failure(failed)).hasMessage("down");
    assertThat(Eventually.value(minimal)).isEqualTo("v");
  }

  @Test
  void aMinimalStageThatCannotBeCancelledIsLeftAlone() {
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> promise.minimalCompletionStage());

    assertThat(handle.cancel(true)).isTrue();

    assertThat(handle).isCancelled();
    slotIsFree(cache);
    promise.complete("late");
    assertThat(cache.getIfPresent("k")).isEqualTo("recovered");
  }

  @Test
  void aHandleOfAnotherCacheIsAStageLikeAnyOther() {
    CoalescingCache<String, String> inner = caches.cache();
    FetchHandle<String> outer =
        cache.getOrFetch("k", (key, context) -> inner.getOrFetch(key, loader.async()));
    loader.run().complete("v");
    assertThat(Eventually.value(outer)).isEqualTo("v");

    ControlledLoader<String> abandoned = new ControlledLoader<>();
    FetchHandle<String> leaving =
        cache.getOrFetch("k2", (key, context) -> inner.getOrFetch(key, abandoned.async()));
    leaving.cancel(true);
    assertThat(abandoned.run().isCancelled()).isTrue();
  }

  @Test
  void aRejectingExecutor() {
    RejectedExecutionException full = new RejectedExecutionException("full");
    CoalescingCache<String, String> rejecting =
        caches.cache(
            builder ->
                builder.executor(
                    task -> {
                      throw full;
                    }));
    FetchHandle<String> handle = rejecting.getOrFetch("k", loader.blocking());

    assertThat(Eventually.failure(handle))
        .isInstanceOf(FetchRejectedException.class)
        .hasCause(full);
    slotIsFree(rejecting);
  }

  @Test
  void anExecutorThatDies() {
    CoalescingCache<String, String> dying =
        caches.cache(
            builder ->
                builder.executor(
                    task -> {
                      throw new OutOfMemoryError("unable to create native thread");
                    }));
    FetchHandle<String> handle = dying.getOrFetch("k", loader.blocking());

    assertThat(Eventually.failure(handle))
        .isInstanceOf(FetchException.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
    slotIsFree(dying);
  }

  @Test
  void aDiscardingExecutorIsEndedByTheFetchTimeout() {
    CoalescingCache<String, String> discarding =
        caches.cache(builder -> builder.executor(task -> {}).fetchTimeout(Duration.ofMillis(300)));
    FetchHandle<String> handle = discarding.getOrFetch("k", loader.blocking());

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    slotIsFree(discarding);
  }

  @Test
  void aLoaderThatNeverCompletesIsEndedByTheFetchTimeoutAndItsLateResultFenced() {
    CoalescingCache<String, String> bounded =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(300)));
    CompletableFuture<String> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    FetchHandle<String> handle = bounded.getOrFetch("k", (key, context) -> stubborn);
    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);

    stubborn.complete("late");

    assertThat(bounded.getIfPresent("k")).isNull();
    slotIsFree(bounded);
  }

  @Test
  void anIdentityFunctionThatThrows() {
    IllegalStateException failure = new IllegalStateException("identity");
    failsToInsert(
        CoalescingCache.builder()
            .identity(
                (String value) -> {
                  if (value.equals("bad")) {
                    throw failure;
                  }
                  return "k";
                })
            .build(),
        failure);
  }

  @Test
  void anInsertCallbackThatThrows() {
    Exception failure = new Exception("insert");
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          if (fetched.equals("bad")) {
            throw failure;
          }
          return fetched;
        };
    failsToInsert(CoalescingCache.builder().onInsert(insert).build(), failure);
  }

  @Test
  void anInsertCallbackThatReturnsNull() {
    InsertCallback<String, String> insert =
        (key, fetched, current) -> fetched.equals("bad") ? null : fetched;
    CoalescingCache<String, String> cache =
        caches.track(CoalescingCache.builder().onInsert(insert).build());
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("bad"));

    assertThat(Eventually.failure(handle)).isInstanceOf(InsertFailedException.class);
    slotIsFree(cache);
  }

  @Test
  void aWeigherThatThrows() {
    IllegalStateException failure = new IllegalStateException("weigher");
    failsToInsert(
        CoalescingCache.builder()
            .maximumWeight(100)
            .weigher(
                (String key, String value) -> {
                  if (value.equals("bad")) {
                    throw failure;
                  }
                  return 1;
                })
            .build(),
        failure);
  }

  @Test
  void anExpiryThatThrows() {
    IllegalStateException failure = new IllegalStateException("expiry");
    Expiry<String, String> expiry =
        Expiry.creating(
            (key, value) -> {
              if (value.equals("bad")) {
                throw failure;
              }
              return Duration.ofMinutes(1);
            });
    failsToInsert(CoalescingCache.builder().expireAfter(expiry).build(), failure);
  }

  private void failsToInsert(CoalescingCache<String, String> cache, Throwable failure) {
    caches.track(cache);
    FetchHandle<String> handle =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("bad"));

    assertThat(Eventually.failure(handle))
        .isInstanceOf(InsertFailedException.class)
        .hasCause(failure);
    slotIsFree(cache);
  }

  @Test
  void theMessageForALoaderThatReturnsAStageFromABlockingCallSaysWhatToUse() {
    CoalescingCache<String, Object> objects =
        caches.track(CoalescingCache.builder().<String, Object>build());
    Loader<String, Object> confused = key -> CompletableFuture.completedFuture("v");
    FetchHandle<Object> handle = objects.getOrFetch("k", confused);

    assertThat(Eventually.failure(handle)).hasMessageContaining("(key, context) ->");
    assertThat(objects.getIfPresent("k")).isNull();
  }

  private static void slotIsFree(CoalescingCache<String, String> cache) {
    assertThat(cache.getIfPresent("k")).isNull();
    FetchHandle<String> next =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("recovered"));
    assertThat(next.origin()).isEqualTo(Origin.STARTED);
    assertThat(Eventually.value(next)).isEqualTo("recovered");
  }

  /** Returns a stage that is no CompletableFuture, and refuses to become one. */
  @SuppressWarnings("unchecked")
  private static <T> CompletionStage<T> foreign(CompletableFuture<T> stage) {
    return (CompletionStage<T>)
        Proxy.newProxyInstance(
            G12MisbehaviourTest.class.getClassLoader(),
            new Class<?>[] {CompletionStage.class},
            (proxy, method, args) -> {
              if (method.getName().equals("toCompletableFuture")) {
                throw new UnsupportedOperationException("foreign");
              }
              try {
                return method.invoke(stage, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Returns a stage each of whose methods throws. */
  @SuppressWarnings("unchecked")
  private static <T> CompletionStage<T> refusing(Class<T> type, RuntimeException refusal) {
    Map<String, String> harmless = Map.of("toString", "a " + type.getSimpleName() + " stage");
    return (CompletionStage<T>)
        Proxy.newProxyInstance(
            G12MisbehaviourTest.class.getClassLoader(),
            new Class<?>[] {CompletionStage.class},
            (proxy, method, args) -> {
              String known = harmless.get(method.getName());
              if (known == null) {
                throw refusal;
              }
              return known;
            });
  }
}
