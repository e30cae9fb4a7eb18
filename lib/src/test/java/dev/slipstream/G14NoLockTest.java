package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.RemovalListener;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G14, no lock is held while user code runs: with a thread stuck in any callback, another one can
 * do whatever it likes with the same key. And no timer thread runs user code.
 */
class G14NoLockTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch mayLeave = new CountDownLatch(1);
  private final CompletableFuture<String> promise = new CompletableFuture<>();

  /** Where user code is stuck. Continuations run inline here: the hardest case. */
  enum Place {
    LOADER,
    ASYNC_LOADER,
    IDENTITY,
    INSERT_CALLBACK,
    CONTINUATION_BY_KEY,
    CONTINUATION_BY_HANDLE,
    DEPENDENT,
    LEAVERS_DEPENDENT,
    HOOK,
    REMOVAL_LISTENER
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void whoIsStuckInACallbackHoldsUpNobody(Place place) {
    CoalescingCache<String, String> cache = caches.track(build(place));
    Caller<Boolean> stuck = Caller.start(() -> scenario(cache, place));
    Eventually.opens(entered);

    Caller<Boolean> free = Caller.start(() -> everything(cache));
    assertThat(free.value()).isTrue();

    mayLeave.countDown();
    assertThat(stuck.value()).isTrue();
  }

  private CoalescingCache<String, String> build(Place place) {
    RemovalListener<String, String> listener =
        (key, value, cause) -> stickIf(place == Place.REMOVAL_LISTENER);
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          stickIf(place == Place.INSERT_CALLBACK);
          return fetched;
        };
    return CoalescingCache.builder()
        .continuationExecutor(Runnable::run)
        .recordStats()
        .removalListener(listener)
        .identity(
            (String value) -> {
              stickIf(place == Place.IDENTITY);
              return value.substring(0, 1);
            })
        .onInsert(insert)
        .build();
  }

  /** Blocks the first time; whoever comes through the same callback later passes. */
  private void stickIf(boolean here) {
    if (here && entered.getCount() > 0) {
      entered.countDown();
      Eventually.opens(mayLeave);
    }
  }

  private boolean scenario(CoalescingCache<String, String> cache, Place place) {
    FetchHandle<String> handle =
        place == Place.LOADER ? startBlocking(cache) : startAsync(cache, place);
    handle.onComplete("c", outcome -> stickIf(place == Place.CONTINUATION_BY_HANDLE));
    cache.onComplete("k", "c", outcome -> stickIf(place == Place.CONTINUATION_BY_KEY));
    CompletableFuture<String> dependent =
        handle.whenComplete(
            (value, failure) ->
                stickIf(place == Place.DEPENDENT || place == Place.LEAVERS_DEPENDENT));
    if (place == Place.HOOK || place == Place.LEAVERS_DEPENDENT) {
      handle.cancel(true);
    } else {
      promise.complete("k fetched");
    }
    if (place == Place.REMOVAL_LISTENER) {
      cache.invalidate("k");
    }
    Eventually.until("it is over", dependent::isDone);
    return true;
  }

  private FetchHandle<String> startBlocking(CoalescingCache<String, String> cache) {
    return cache.getOrFetch(
        "k",
        key -> {
          stickIf(true);
          return "k fetched";
        });
  }

  private FetchHandle<String> startAsync(CoalescingCache<String, String> cache, Place place) {
    return cache.getOrFetch(
        "k",
        (key, context) -> {
          context.onAbandon(() -> stickIf(place == Place.HOOK));
          stickIf(place == Place.ASYNC_LOADER);
          return promise;
        });
  }

  /** Every operation on the key in question, none of which may wait. */
  private static boolean everything(CoalescingCache<String, String> cache) {
    AsyncLoader<String, String> loader =
        (key, context) -> CompletableFuture.completedFuture(key + " other");
    cache.getIfPresent("k");
    cache.getAllPresent(List.of("k", "l"));
    cache.inFlight();
    cache.stats();
    cache.estimatedSize();
    cache.onComplete("k", "other", outcome -> {});
    cache.removeOnComplete("k", "other");
    FetchHandle<String> joined = cache.joinIfInFlight("k");
    if (joined != null) {
      joined.onComplete("other", outcome -> {});
      joined.cancel(true);
    }
    FetchHandle<String> got = cache.getOrFetch("k", loader);
    got.cancel(true);
    FetchHandle<String> refreshed = cache.refresh("k", loader);
    refreshed.cancel(true);
    cache.prefetch("k", loader);
    cache.put("k", "k put");
    cache.asMap().put("k", "k put too");
    cache.asMap().remove("k");
    cache.invalidate("k");
    cache.invalidateAll();
    cache.cleanUp();
    assertThat(Eventually.value(cache.getOrFetch("k", loader))).isEqualTo("k other");
    assertThat(Eventually.value(cache.getOrFetch("l", loader))).isEqualTo("l other");
    assertThat(Eventually.value(cache.getAllOrFetch(List.of("m"), bulk()))).containsEntry("m", "m");
    cache.abort("k", new IllegalStateException("by hand"));
    return true;
  }

  private static BulkLoader<String, String> bulk() {
    return (keys, context) ->
        CompletableFuture.completedFuture(keys.stream().collect(Collectors.toMap(k -> k, k -> k)));
  }

  @Test
  void keysOfTheSameHashDoNotMeet() {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.executor(Runnable::run));

    String value =
        cache.get("Aa", key -> cache.get("BB", k -> cache.get("C#", c -> "c") + k) + key);

    assertThat(value).isEqualTo("cBBAa");
    assertThat(cache.asMap()).hasSize(3);
  }

  @Test
  void closingIsNotHeldUpEither() {
    CoalescingCache<String, String> cache = caches.track(build(Place.INSERT_CALLBACK));
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
    Caller<Boolean> stuck = Caller.start(() -> promise.complete("k fetched"));
    Eventually.opens(entered);

    Caller<Boolean> closer =
        Caller.start(
            () -> {
              cache.close();
              return true;
            });

    assertThat(closer.value()).isTrue();
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    mayLeave.countDown();
    assertThat(stuck.value()).isTrue();
  }

  @Test
  void aTimeoutRunsUserCodeOnlyOnTheContinuationExecutor() {
    ManualExecutor continuations = new ManualExecutor();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.continuationExecutor(continuations).fetchTimeout(Duration.ofMillis(300)));
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            (key, context) -> {
              context.onAbandon(() -> threads.add(Thread.currentThread()));
              return promise;
            });
    CompletableFuture<Boolean> dependent =
        handle.handle((value, failure) -> threads.add(Thread.currentThread()));
    CountDownLatch told = new CountDownLatch(2);
    handle.onComplete("c", outcome -> noteThread(threads, told));
    cache.onComplete("k", "c", outcome -> noteThread(threads, told));

    Eventually.until(
        "all is delivered",
        () -> {
          continuations.runAll();
          return dependent.isDone() && told.getCount() == 0;
        });

    assertThat(threads).containsExactly(Thread.currentThread());
  }

  private static void noteThread(Set<Thread> threads, CountDownLatch told) {
    threads.add(Thread.currentThread());
    told.countDown();
  }

  @Test
  void aStuckHookOfOneTimeoutDoesNotDelayAnother() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(300)));
    FetchHandle<String> stuck =
        cache.getOrFetch(
            "stuck",
            (key, context) -> {
              context.onAbandon(() -> stickIf(true));
              return promise;
            });
    CompletableFuture<Void> dependent =
        stuck.handle(
            (value, failure) -> {
              Eventually.opens(mayLeave);
              return null;
            });
    Eventually.opens(entered);

    FetchHandle<String> other =
        cache.getOrFetch("other", (key, context) -> new CompletableFuture<>());
    assertThat(Eventually.failure(other)).isInstanceOf(FetchTimeoutException.class);
    CompletableFuture<String> ofTheJdk =
        new CompletableFuture<String>().completeOnTimeout("v", 1, TimeUnit.MILLISECONDS);
    assertThat(Eventually.value(ofTheJdk)).isEqualTo("v");

    mayLeave.countDown();
    assertThat(Eventually.value(dependent)).isNull();
  }
}
