package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The discard listener is notified of values that reached neither a caller nor the cache. */
class DiscardTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final Discarded discarded = new Discarded();
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return caches.cache(builder -> with.apply(builder.discardListener(discarded)));
  }

  private CoalescingCache<String, String> cache() {
    return cache(builder -> builder.continuationExecutor(Runnable::run));
  }

  /** What ends the fetch of "k" before its loader does. */
  private enum EarlyEnd {
    LEAVE {
      @Override
      void end(CoalescingCache<String, String> cache, FetchHandle<String> handle) {
        handle.cancel(true);
      }
    },
    TIMEOUT {
      @Override
      void end(CoalescingCache<String, String> cache, FetchHandle<String> handle) {
        assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
      }
    },
    ABORT {
      @Override
      void end(CoalescingCache<String, String> cache, FetchHandle<String> handle) {
        assertThat(cache.abort("k", new IOException("by an operator"))).isTrue();
      }
    },
    CLOSE {
      @Override
      void end(CoalescingCache<String, String> cache, FetchHandle<String> handle) {
        cache.close();
      }
    };

    abstract void end(CoalescingCache<String, String> cache, FetchHandle<String> handle);
  }

  private CoalescingCache<String, String> cacheFor(EarlyEnd end) {
    return cache(
        builder -> end == EarlyEnd.TIMEOUT ? builder.fetchTimeout(Duration.ofMillis(20)) : builder);
  }

  @ParameterizedTest
  @EnumSource(EarlyEnd.class)
  void aValueThatComesAfterTheEndIsDiscarded(EarlyEnd end) {
    CoalescingCache<String, String> cache = cacheFor(end);
    end.end(cache, cache.getOrFetch("k", Discarded.deaf(answer)));
    discarded.areNone();
    answer.complete("v");

    discarded.are("k=v");
  }

  @ParameterizedTest
  @EnumSource(EarlyEnd.class)
  void aBlockingLoaderThatReturnsAfterTheEndHasItsValueDiscarded(EarlyEnd end) {
    CoalescingCache<String, String> cache = cacheFor(end);
    CountDownLatch runs = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              runs.countDown();
              while (mayReturn.getCount() > 0) { // whatever interrupts it
                Thread.onSpinWait();
              }
              return "v";
            });
    Eventually.opens(runs);
    end.end(cache, handle);
    discarded.areNone();
    mayReturn.countDown();

    discarded.are("k=v");
  }

  @Test
  void aBlockingLoaderThatNeverStartedBringsNothing() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> cache = cache(builder -> builder.executor(executor));
    cache.getOrFetch("k", key -> "v").cancel(true);
    executor.runAll();

    discarded.areNone();
  }

  @Test
  void aValueThatComesAfterTheEndIsDiscardedAlsoIfItWouldBeInserted() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.onInsert(InsertCallback.replace()));
    cache.getOrFetch("k", Discarded.deaf(answer)).cancel(true);
    answer.complete("v");

    discarded.are("k=v");
  }

  @Test
  void aValueThatIsStoredIsNeverDiscarded() {
    CoalescingCache<String, String> cache = cache();
    cache.prefetch("k", (key, context) -> answer);
    answer.complete("v");
    cache.invalidate("k");
    assertThat(cache.get("k", key -> "w")).isEqualTo("w");
    cache.put("k", "x");
    cache.close();

    discarded.areNone();
  }

  @Test
  void aFencedValueIsDiscardedIfNobodyWaits() {
    CoalescingCache<String, String> cache = cache();
    cache.prefetch("k", (key, context) -> answer);
    cache.put("k", "newer");
    answer.complete("v");

    discarded.are("k=v");
  }

  @Test
  void aFencedValueIsTheCallersThatWaits() {
    CoalescingCache<String, String> cache = cache();
    FetchHandle<String> left = cache.getOrFetch("k", (key, context) -> answer);
    FetchHandle<String> stays = cache.joinIfInFlight("k");
    cache.put("k", "newer");
    left.cancel(true);
    answer.complete("v");

    assertThat(stays.join()).isEqualTo("v");
    discarded.areNone();
  }

  @Test
  void aValueThatIsNotToBeStoredIsDiscardedIfNobodyWaits() {
    cache().prefetch("k", Discarded.unstored(answer));
    answer.complete("v");

    discarded.are("k=v");
  }

  @Test
  void aValueThatIsNotToBeStoredIsTheCallersThatWaits() {
    FetchHandle<String> handle = cache().getOrFetch("k", Discarded.unstored(answer));
    answer.complete("v");

    assertThat(handle.join()).isEqualTo("v");
    handle.cancel(true);
    discarded.areNone();
  }

  @Test
  void aContinuationReceivesAValueThatIsNotStored() {
    CoalescingCache<String, String> cache = cache();
    cache.prefetch("k", Discarded.unstored(answer));
    cache.onComplete("k", "c", outcome -> {});
    answer.complete("v");

    discarded.areNone();
  }

  @Test
  void anAwaiterOfTheKeyReceivesAValueThatIsNotStored() {
    CoalescingCache<String, String> cache = cache();
    cache.prefetch("k", Discarded.unstored(answer));
    var outcome = cache.awaiter().awaitOutcome("k");
    answer.complete("v");

    assertThat(Eventually.value(outcome).toString()).contains("v");
    discarded.areNone();
  }

  @Test
  void aCallerThatLeavesBeforeTheTaskOfItsDeliveryReceivesNothing() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> cache =
        cache(builder -> builder.continuationExecutor(continuations));
    FetchHandle<String> handle = cache.getOrFetch("k", Discarded.unstored(answer));
    CompletableFuture<String> dependent = handle.thenApply(value -> value);
    answer.complete("v");
    discarded.areNone();
    handle.cancel(true);
    continuations.runAll();

    assertThat(dependent).isCompletedExceptionally();
    discarded.are("k=v");
  }

  @Test
  void aCallerWithDependentsReceivesTheValueByItsTask() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> cache =
        cache(builder -> builder.continuationExecutor(continuations));
    FetchHandle<String> handle = cache.getOrFetch("k", Discarded.unstored(answer));
    CompletableFuture<String> dependent = handle.thenApply(value -> value + "!");
    answer.complete("v");
    continuations.runAll();

    assertThat(dependent).isCompletedWithValue("v!");
    discarded.areNone();
  }

  @Test
  void aValueThatItsLoaderHasPutIsNotDiscarded() {
    CoalescingCache<String, String> cache = cache();
    cache.prefetch(
        "k",
        (key, context) -> {
          cache.put(key, "put by the loader");
          return CompletableFuture.completedFuture(cache.getIfPresent(key));
        });

    assertThat(cache.getIfPresent("k")).isEqualTo("put by the loader");
    discarded.areNone();
  }

  /** A loader that finds the cached value unchanged, and says so when the test lets it. */
  private final AsyncLoader<String, String> unchanged =
      new AsyncLoader<>() {
        @Override
        public CompletableFuture<String> load(String key, FetchContext context) {
          throw new AssertionError("the key is cached");
        }

        @Override
        public CompletionStage<String> reload(String key, String old, FetchContext context) {
          return answer.thenApply(none -> old).minimalCompletionStage();
        }
      };

  @Test
  void theOldValueThatAReloadReturnsAfterATimeoutIsNotDiscarded() {
    CoalescingCache<String, String> cache = cacheFor(EarlyEnd.TIMEOUT);
    cache.put("k", "old");
    EarlyEnd.TIMEOUT.end(cache, cache.refresh("k", unchanged));
    answer.complete("");

    assertThat(cache.getIfPresent("k")).isEqualTo("old");
    discarded.areNone();
  }

  @Test
  void theOldValueThatAReloadReturnsIsNotDiscardedWhenItWasReplacedMeanwhile() {
    CoalescingCache<String, String> cache = cacheFor(EarlyEnd.TIMEOUT);
    cache.put("k", "old");
    FetchHandle<String> late = cache.refresh("k", unchanged);
    cache.put("k", "newer");
    EarlyEnd.TIMEOUT.end(cache, late);
    answer.complete("");

    discarded.areNone();
  }

  @Test
  void anUnchangedValueThatIsStoredAgainIsNotDiscarded() {
    CoalescingCache<String, String> cache = cache();
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", unchanged);
    handle.onComplete("c", outcome -> {});
    answer.complete("");

    assertThat(handle.join()).isEqualTo("old");
    discarded.areNone();
  }

  @Test
  void noValueIsNoneToDiscard() {
    CoalescingCache<String, String> cache = cache();
    cache.getOrFetch("k", Discarded.deaf(answer)).cancel(true);
    cache.prefetch("l", Discarded.unstored(answer));
    answer.complete(null);

    discarded.areNone();
  }

  @Test
  void aFailureIsNoValue() {
    CoalescingCache<String, String> cache = cache();
    cache.getOrFetch("k", Discarded.deaf(answer)).cancel(true);
    answer.completeExceptionally(new IOException("late"));

    discarded.areNone();
  }

  @Test
  void whatTheListenerThrowsIsLogged() {
    IllegalStateException failure = new IllegalStateException("cannot be released");
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder
                    .continuationExecutor(Runnable::run)
                    .discardListener(
                        (key, value) -> {
                          throw failure;
                        }));
    cache.getOrFetch("k", Discarded.deaf(answer)).cancel(true);
    answer.complete("v");

    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("test", "key k");
    assertThat(LogCapture.thrown(log.warnings().get(0))).isSameAs(failure);
  }

  @Test
  void theListenerRunsOnTheContinuationExecutor() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> cache =
        cache(builder -> builder.continuationExecutor(continuations));
    cache.getOrFetch("k", Discarded.deaf(answer)).cancel(true);
    answer.complete("v");
    discarded.areNone();
    continuations.runAll();

    discarded.are("k=v");
  }

  @Test
  void aCacheWhoseAbandonedFetchesFinishStoresTheirValues() {
    CoalescingCache<String, String> cache =
        cache(builder -> builder.abandonPolicy(AbandonPolicy.FINISH));
    cache.getOrFetch("k", Discarded.deaf(answer)).cancel(true);
    cache.getOrFetch("l", Discarded.unstored(answer)).cancel(true);
    answer.complete("v");

    assertThat(cache.asMap()).isEqualTo(Map.of("k", "v"));
    discarded.are("l=v");
  }
}
