package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualTimer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Context, discarded values, batches, the bound on loads and the soft timeout, two at a time. */
class ProtectionTogetherTest {
  private static final Duration DELAY = Duration.ofMillis(5);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final Tenants tenants = new Tenants();
  private final Discarded discarded = new Discarded();
  private final ManualTimer timer = new ManualTimer();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();

  private CoalescingCacheBuilder<Object, Object> settings() {
    return CoalescingCache.builder()
        .name("test")
        .recordStats()
        .timer(timer)
        .executor(Runnable::run)
        .continuationExecutor(Runnable::run);
  }

  /** A loader whose stage takes no cancel. */
  private final BulkLoader<String, String> deaf =
      (keys, context) -> {
        see("load");
        return answers.minimalCompletionStage();
      };

  private String inserted(String key, String fetched, @Nullable String current) {
    see("insert " + key);
    return fetched;
  }

  private void see(String what) {
    seen.add(what + " " + Tenants.current());
  }

  private FetchHandle<String> askAs(
      @Nullable String tenant, LoadingCoalescingCache<String, String> cache, String key) {
    CompletableFuture<FetchHandle<String>> asked = new CompletableFuture<>();
    Tenants.as(tenant, () -> asked.complete(cache.getOrFetch(key)));
    return asked.join();
  }

  @Test
  void aBatchRunsInTheContextOfItsFirstCallerAndWhatFollowsForAKeyInItsOwn() {
    LoadingCoalescingCache<String, String> cache =
        caches.track(
            settings()
                .contextPropagator(tenants)
                .onInsert(this::inserted)
                .buildBatching(deaf, 2, DELAY));
    FetchHandle<String> a = askAs("first", cache, "a");
    a.onComplete("a", outcome -> see("a"));
    FetchHandle<String> b = askAs("second", cache, "b");
    b.onComplete("b", outcome -> see("b"));
    assertThat(seen).containsExactly("load first");
    answers.complete(Map.of("a", "1", "b", "2"));
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "load first", "insert a first", "a first", "insert b second", "b second");
    assertThat(a).isCompletedWithValue("1");
    assertThat(b).isCompletedWithValue("2");
    assertThat(Tenants.current()).isNull();
  }

  @Test
  void aLoadThatHadToWaitRunsInTheContextOfItsCaller() {
    CoalescingCache<String, String> cache =
        caches.track(settings().contextPropagator(tenants).maxConcurrentFetches(1, 1).build());
    FetchHandle<String> running = cache.getOrFetch("running", loader.async());
    CompletableFuture<FetchHandle<String>> queued = new CompletableFuture<>();
    Tenants.as(
        "caller",
        () ->
            queued.complete(
                cache.getOrFetch(
                    "queued",
                    (key, context) -> {
                      see("load");
                      return CompletableFuture.completedFuture("w");
                    })));
    loader.run().complete("v");
    assertThat(Eventually.value(queued.join())).isEqualTo("w");
    assertThat(seen).containsExactly("load caller");
    assertThat(running).isCompletedWithValue("v");
  }

  @Test
  void theValueOfAKeyOfABatchThatAllHaveLeftIsDiscarded() {
    LoadingCoalescingCache<String, String> cache =
        caches.track(settings().discardListener(discarded).buildBatching(deaf, 2, DELAY));
    FetchHandle<String> a = cache.getOrFetch("a");
    FetchHandle<String> b = cache.getOrFetch("b");
    a.cancel(true);
    answers.complete(Map.of("a", "1", "b", "2", "further", "3"));
    discarded.are("a=1", "further=3");
    assertThat(b).isCompletedWithValue("2");
    assertThat(cache.asMap()).isEqualTo(Map.of("b", "2"));
  }

  @Test
  void aValueThatAnotherFetchOfItsKeyHasTakenIsNotDiscarded() {
    LoadingCoalescingCache<String, String> cache =
        caches.track(settings().discardListener(discarded).buildBatching(deaf, 5, DELAY));
    FetchHandle<String> fenced = cache.getOrFetch("a");
    cache.invalidate("a");
    FetchHandle<String> successor = cache.getOrFetch("a");
    timer.advance(DELAY);
    fenced.cancel(true);
    answers.complete(Map.of("a", "1"));
    assertThat(successor).isCompletedWithValue("1");
    assertThat(cache.getIfPresent("a")).isEqualTo("1");
    discarded.areNone();
  }

  @Test
  void whatASlowFetchBringsIsDiscardedIfItIsNotStoredAndItsCallersWereServed() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache = staleCache(ticker);
    CompletableFuture<String> answer = new CompletableFuture<>();
    FetchHandle<String> handle = cache.getOrFetch("k", Discarded.unstored(answer));
    timer.advance(DELAY);
    assertThat(handle).isCompletedWithValue("old");
    answer.complete("new");
    discarded.are("k=new");
  }

  @Test
  void whatASlowFetchBringsIsKeptIfItIsStored() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> cache = staleCache(ticker);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    timer.advance(DELAY);
    assertThat(handle).isCompletedWithValue("old");
    loader.run().complete("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
    discarded.areNone();
  }

  private CoalescingCache<String, String> staleCache(FakeTicker ticker) {
    CoalescingCache<String, String> cache =
        caches.track(
            settings()
                .ticker(ticker)
                .expireAfterWrite(MINUTE)
                .staleIfError(MINUTE)
                .softTimeout(DELAY)
                .discardListener(discarded)
                .build());
    cache.put("k", "old");
    ticker.advance(MINUTE);
    return cache;
  }
}
