package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.ManualTimer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked for within a short time is loaded together. */
class BatchingTest {
  private static final Duration DELAY = Duration.ofMillis(5);
  private static final Duration NANO = Duration.ofNanos(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ManualTimer timer = new ManualTimer();
  private final LoadingCoalescingCache<String, String> cache =
      cache(3, builder -> builder.executor(Runnable::run));

  private LoadingCoalescingCache<String, String> cache(
      int maxSize, UnaryOperator<CoalescingCacheBuilder<Object, Object>> more) {
    return caches.track(
        more.apply(CoalescingCache.builder().name("test").recordStats().timer(timer))
            .buildBatching(loader.bulk(), maxSize, DELAY));
  }

  @Test
  void keysGatherUntilThereAreSoMany() {
    FetchHandle<String> a = cache.getOrFetch("a");
    FetchHandle<String> b = cache.getOrFetch("b");
    assertThat(loader.starts()).isZero();
    assertThat(cache.inFlight().get(0).phase()).isEqualTo(InFlight.Phase.GATHERING);
    FetchHandle<String> c = cache.getOrFetch("c");
    assertThat(loader.run().keys).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(cache.inFlight().get(0).phase()).isEqualTo(InFlight.Phase.LOADING);
    loader.run().complete("v");
    assertThat(List.of(a, b, c)).allSatisfy(handle -> assertThat(handle).isCompletedWithValue("v"));
    assertThat(cache.stats().batchCount()).isEqualTo(1);
    assertThat(cache.stats().batchedKeyCount()).isEqualTo(3);
    assertThat(timer.waiting()).isZero();
  }

  @Test
  void orUntilTheFirstHasWaitedSoLong() {
    FetchHandle<String> a = cache.getOrFetch("a");
    timer.advance(DELAY.minus(NANO));
    FetchHandle<String> b = cache.getOrFetch("b");
    assertThat(loader.starts()).isZero();
    timer.advance(NANO);
    assertThat(loader.run().keys).containsExactlyInAnyOrder("a", "b");
    FetchHandle<String> c = cache.getOrFetch("c");
    assertThat(loader.starts()).isEqualTo(1);
    timer.advance(DELAY);
    assertThat(loader.run(1).keys).containsExactly("c");
    loader.run(1).complete("w");
    loader.run().complete("v");
    assertThat(a).isCompletedWithValue("v");
    assertThat(b).isCompletedWithValue("v");
    assertThat(c).isCompletedWithValue("w");
  }

  @Test
  void aCallerThatAsksForAKeyThatIsGatheredJoinsIt() {
    FetchHandle<String> first = cache.getOrFetch("a");
    FetchHandle<String> joiner = cache.getOrFetch("a");
    assertThat(joiner.origin()).isEqualTo(Origin.JOINED);
    timer.advance(DELAY);
    loader.run().complete("v");
    assertThat(first).isCompletedWithValue("v");
    assertThat(joiner).isCompletedWithValue("v");
    assertThat(cache.getOrFetch("a").origin()).isEqualTo(Origin.HIT);
  }

  @Test
  void aKeyWhoseCallersAllLeftIsNotAskedForNorCounted() {
    FetchHandle<String> a = cache.getOrFetch("a");
    FetchHandle<String> b = cache.getOrFetch("b");
    b.cancel(true);
    FetchHandle<String> c = cache.getOrFetch("c");
    assertThat(loader.starts()).isZero();
    FetchHandle<String> d = cache.getOrFetch("d");
    assertThat(loader.run().keys).containsExactlyInAnyOrder("a", "c", "d");
    loader.run().complete("v");
    assertThat(List.of(a, c, d)).allSatisfy(handle -> assertThat(handle).isCompletedWithValue("v"));
  }

  @Test
  void ifAllLeftNothingIsLoadedAndTheNextWaitsItsOwnTime() {
    cache.getOrFetch("a").cancel(true);
    assertThat(timer.waiting()).isZero();
    timer.advance(DELAY.minus(NANO));
    FetchHandle<String> b = cache.getOrFetch("b");
    timer.advance(DELAY.minus(NANO));
    assertThat(loader.starts()).isZero();
    timer.advance(NANO);
    assertThat(loader.run().keys).containsExactly("b");
    loader.run().complete("v");
    assertThat(b).isCompletedWithValue("v");
    assertThat(cache.stats().batchCount()).isEqualTo(1);
  }

  @Test
  void theLoadIsCancelledWhenTheLastCallerLeaves() {
    FetchHandle<String> a = cache.getOrFetch("a");
    FetchHandle<String> b = cache.getOrFetch("b");
    timer.advance(DELAY);
    a.cancel(true);
    assertThat(loader.run().isCancelled()).isFalse();
    b.cancel(true);
    loader.run().awaitCancelled();
    assertThat(loader.run().context.isAbandoned()).isTrue();
    assertThat(cache.stats().abandonedCount()).isEqualTo(2);
  }

  @Test
  void aKeyThatTheMapLacksIsAbsent() {
    FetchHandle<String> a = cache.getOrFetch("a");
    FetchHandle<String> b = cache.getOrFetch("b");
    timer.advance(DELAY);
    loader.run().answers.complete(Map.of("b", "v"));
    assertThat(a).isCompletedWithValue(null);
    assertThat(b).isCompletedWithValue("v");
  }

  @Test
  void aFailureFailsTheKeysOfItsBatchAlone() {
    FetchHandle<String> a = cache.getOrFetch("a");
    timer.advance(DELAY);
    FetchHandle<String> b = cache.getOrFetch("b");
    timer.advance(DELAY);
    loader.run().fail(new IOException("down"));
    loader.run(1).complete("v");
    assertThat(Eventually.failure(a)).hasMessage("down");
    assertThat(b).isCompletedWithValue("v");
  }

  @Test
  void aNullMapAndANullStageFailTheirKeys() {
    FetchHandle<String> a = cache.getOrFetch("a");
    timer.advance(DELAY);
    loader.run().answers.complete(null);
    assertThat(Eventually.failure(a))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("the controlled loader");
    loader.returningNullStage();
    FetchHandle<String> b = cache.getOrFetch("b");
    timer.advance(DELAY);
    assertThat(Eventually.failure(b))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("null stage");
  }

  @Test
  void aLoaderThatThrowsFailsItsKeys() {
    loader.throwing(new IOException("down"));
    FetchHandle<String> a = cache.getOrFetch("a");
    timer.advance(DELAY);
    assertThat(Eventually.failure(a)).hasMessage("down");
  }

  @Test
  void aBulkCallsMissesGatherTooInBatchesOfTheMostSize() {
    cache.put("cached", "c");
    FetchHandle<String> a = cache.getOrFetch("a");
    CompletableFuture<Map<String, String>> bulk =
        cache.getAllOrFetch(List.of("cached", "a", "b", "c", "d", "e", "f"));
    assertThat(loader.run().keys).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(loader.run(1).keys).containsExactlyInAnyOrder("d", "e", "f");
    loader.run().complete("v");
    assertThat(a).isCompletedWithValue("v");
    assertThat(bulk).isNotDone();
    loader.run(1).complete("w");
    assertThat(bulk)
        .isCompletedWithValue(
            Map.of("cached", "c", "a", "v", "b", "v", "c", "v", "d", "w", "e", "w", "f", "w"));
  }

  @Test
  void refreshesAndPrefetchesGatherToo() {
    cache.put("a", "old");
    FetchHandle<String> refresh = cache.refresh("a");
    cache.prefetch("b");
    FetchHandle<String> c = cache.getOrFetch("c");
    assertThat(loader.run().keys).containsExactlyInAnyOrder("a", "b", "c");
    loader.run().complete("v");
    assertThat(refresh).isCompletedWithValue("v");
    assertThat(c).isCompletedWithValue("v");
    assertThat(cache.asMap()).containsOnlyKeys("a", "b", "c").containsValue("v");
  }

  @Test
  void aKeyThatIsInvalidatedWhileItGathersIsLoadedForBothItsFetches() {
    FetchHandle<String> before = cache.getOrFetch("a");
    cache.invalidate("a");
    FetchHandle<String> after = cache.getOrFetch("a");
    assertThat(after.origin()).isEqualTo(Origin.STARTED);
    timer.advance(DELAY);
    assertThat(loader.run().keys).containsExactly("a");
    loader.run().complete("v");
    assertThat(before).isCompletedWithValue("v");
    assertThat(after).isCompletedWithValue("v");
    assertThat(cache.getIfPresent("a")).isEqualTo("v");
    assertThat(cache.stats().batchedKeyCount()).isEqualTo(1);
  }

  @Test
  void theFetchTimeoutIncludesTheGathering() {
    LoadingCoalescingCache<String, String> timed =
        cache(3, builder -> builder.executor(Runnable::run).fetchTimeout(DELAY.multipliedBy(2)));
    FetchHandle<String> a = timed.getOrFetch("a");
    timer.advance(DELAY);
    assertThat(loader.run().keys).containsExactly("a");
    timer.advance(DELAY.minus(NANO));
    assertThat(a).isNotDone();
    timer.advance(NANO);
    assertThat(Eventually.failure(a)).isInstanceOf(FetchTimeoutException.class);
    loader.run().awaitCancelled();
  }

  @Test
  void closeEndsTheGathering() {
    FetchHandle<String> a = cache.getOrFetch("a");
    cache.close();
    assertThat(Eventually.failure(a)).isInstanceOf(CacheClosedException.class);
    timer.advance(DELAY);
    assertThat(loader.starts()).isZero();
  }

  @Test
  void whatTheLoaderSaysOfTheStoreConcernsAllItsKeys() {
    FakeTicker ticker = new FakeTicker();
    LoadingCoalescingCache<String, String> expiring =
        cache(
            2, builder -> builder.executor(Runnable::run).ticker(ticker).expireAfterWrite(MINUTE));
    var first = List.of(expiring.getOrFetch("a"), expiring.getOrFetch("b"));
    loader.run().context.expireAfter(MINUTE.multipliedBy(2));
    loader.run().complete("v");
    ticker.advance(MINUTE);
    assertThat(expiring.asMap()).containsOnlyKeys("a", "b");
    var second = List.of(expiring.getOrFetch("c"), expiring.getOrFetch("d"));
    loader.run(1).context.doNotStore();
    loader.run(1).complete("w");
    assertThat(expiring.asMap()).containsOnlyKeys("a", "b");
    assertThat(first.get(1)).isCompletedWithValue("v");
    assertThat(second.get(1)).isCompletedWithValue("w");
  }

  @Test
  void aBatchIsATaskOnTheExecutor() {
    ManualExecutor executor = new ManualExecutor();
    LoadingCoalescingCache<String, String> own = cache(2, builder -> builder.executor(executor));
    FetchHandle<String> a = own.getOrFetch("a");
    FetchHandle<String> b = own.getOrFetch("b");
    assertThat(executor.size()).isEqualTo(1);
    a.cancel(true);
    executor.runNext();
    assertThat(loader.run().keys).containsExactly("b");
    loader.run().complete("v");
    assertThat(b).isCompletedWithValue("v");
  }

  @Test
  void anExecutorThatRefusesFailsTheKeys() {
    LoadingCoalescingCache<String, String> refusing =
        cache(
            2,
            builder ->
                builder.executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    FetchHandle<String> a = refusing.getOrFetch("a");
    FetchHandle<String> b = refusing.getOrFetch("b");
    for (FetchHandle<String> handle : List.of(a, b)) {
      assertThat(Eventually.failure(handle))
          .isInstanceOf(FetchRejectedException.class)
          .hasCauseInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void aBatchCountsAsOneLoadAndWaitsAsOne() {
    LoadingCoalescingCache<String, String> bounded =
        cache(2, builder -> builder.executor(Runnable::run).maxConcurrentFetches(1, 1));
    var running = List.of(bounded.getOrFetch("a"), bounded.getOrFetch("b"));
    var queued = List.of(bounded.getOrFetch("c"), bounded.getOrFetch("d"));
    assertThat(loader.starts()).isEqualTo(1);
    var refused = List.of(bounded.getOrFetch("e"), bounded.getOrFetch("f"));
    assertThat(refused)
        .allSatisfy(
            handle ->
                assertThat(Eventually.failure(handle)).isInstanceOf(FetchRejectedException.class));
    assertThat(bounded.stats().rejectedCount()).isEqualTo(2);
    queued.get(0).cancel(true);
    loader.run().complete("v");
    assertThat(loader.run(1).keys).containsExactly("d");
    loader.run(1).complete("w");
    assertThat(Eventually.value(queued.get(1))).isEqualTo("w");
    assertThat(running.get(1)).isCompletedWithValue("v");
  }

  @Test
  void interceptorsRunRoundEachKey() {
    LoadingCoalescingCache<String, String> intercepted =
        caches.track(
            CoalescingCache.builder()
                .timer(timer)
                .executor(Runnable::run)
                .loaderInterceptor(new Exclaiming())
                .buildBatching(loader.bulk(), 2, DELAY));
    FetchHandle<String> a = intercepted.getOrFetch("a");
    FetchHandle<String> b = intercepted.getOrFetch("b");
    loader.run().complete("v");
    assertThat(a).isCompletedWithValue("v a");
    assertThat(b).isCompletedWithValue("v b");
  }

  private static final class Exclaiming implements LoaderInterceptor<String, String> {
    @Override
    public CompletionStage<String> intercept(
        String key, FetchContext context, AsyncLoader<? super String, ? extends String> next)
        throws Exception {
      return next.load(key, context).<String>thenApply(value -> value + " " + key);
    }
  }

  @Test
  void aDelayOfZeroGathersNothingThatComesLater() {
    LoadingCoalescingCache<String, String> eager =
        caches.track(
            CoalescingCache.builder()
                .executor(Runnable::run)
                .buildBatching(loader.bulk(), 10, Duration.ZERO));
    FetchHandle<String> a = eager.getOrFetch("a");
    loader.run().complete("v");
    assertThat(Eventually.value(a)).isEqualTo("v");
  }

  @Test
  void theBuilderRefusesWhatIsOutOfRange() {
    CoalescingCacheBuilder<Object, Object> builder = CoalescingCache.builder();
    assertThatThrownBy(() -> builder.buildBatching(loader.bulk(), 0, DELAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxSize")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> builder.buildBatching(loader.bulk(), 1, NANO.negated()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxDelay");
    assertThatThrownBy(() -> builder.buildBatching(loader.bulk(), 1, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("maxDelay");
    assertThatThrownBy(() -> builder.<String, String>buildBatching(null, 1, DELAY))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("loader");
  }
}
