package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.LedgerOptions;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that share a ledger run one fetch a key between them, and share its result. */
class LedgerCacheTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final LedgerScene scene = new LedgerScene(caches);
  private final LedgerScene.Node a = scene.node("a");
  private final LedgerScene.Node b = scene.node("b");
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ControlledLoader<String> other = new ControlledLoader<>();

  /** Has one node load a key, and others wait for it. */
  private FetchHandle<String> loadOn(LedgerScene.Node node, String key) {
    FetchHandle<String> handle = node.cache.getOrFetch(key, loader.async());
    ControlledLoader.Run<String> unused = loader.run();
    return handle;
  }

  private FetchHandle<String> waitOn(LedgerScene.Node node, String key) {
    FetchHandle<String> handle = node.cache.getOrFetch(key, other.async());
    node.awaitWaiting();
    return handle;
  }

  @Test
  void oneNodeLoadsAndTheOtherGetsItsValue() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    loader.run().complete("v");

    assertThat(Eventually.value(first)).isEqualTo("v");
    assertThat(Eventually.value(second)).isEqualTo("v");
    assertThat(other.starts()).isZero();
    assertThat(b.cache.getIfPresent("k")).isEqualTo("v");
    assertThat(b.cache.stats().remoteWaitCount()).isEqualTo(1);
  }

  @Test
  void aBlockingLoaderRunsOnceForAllNodes() {
    AtomicInteger loads = new AtomicInteger();
    Loader<String, String> counting = key -> "v" + loads.incrementAndGet();

    assertThat(a.cache.get("k", counting)).isEqualTo("v1");
    assertThat(b.cache.get("k", counting)).isEqualTo("v1");
    assertThat(b.cache.stats().ledgerHitCount()).isEqualTo(1);
  }

  @Test
  void anUncontendedFetchTakesTwoCallsAndAHitInTheLedgerOne() {
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    assertThat(b.cache.get("k", key -> "w")).isEqualTo("v");
    assertThat(b.cache.get("k", key -> "w")).isEqualTo("v");

    assertThat(List.of(a.calls("join"), a.calls("complete"), a.calls("look")))
        .containsExactly(1, 1, 0);
    assertThat(List.of(b.calls("join"), b.calls("complete"), b.calls("look")))
        .containsExactly(1, 0, 0);
  }

  @Test
  void thatThereIsNoValueReachesTheOtherNode() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    loader.run().complete(null);

    assertThat(Eventually.value(first)).isNull();
    assertThat(Eventually.value(second)).isNull();
    assertThat(other.starts()).isZero();
  }

  @Test
  void aFailureReachesThoseThatWaitAsTextAndIsNotCached() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    loader.run().fail(new IllegalStateException("no database"));

    assertThat(Eventually.failure(first)).isInstanceOf(IllegalStateException.class);
    Throwable remote = Eventually.failure(second);
    assertThat(remote)
        .isInstanceOfSatisfying(
            RemoteFetchException.class,
            failure -> {
              assertThat(failure.remoteType()).isEqualTo(IllegalStateException.class.getName());
              assertThat(failure.remoteMessage()).isEqualTo("no database");
              assertThat(failure.node()).isEqualTo("a");
              assertThat(failure.key()).isEqualTo("k");
            });
    assertThat(b.cache.get("k", key -> "again")).isEqualTo("again");
  }

  @Test
  void aBlockingCallThrowsTheRemoteFailureWithItsOwnTrace() {
    FetchHandle<String> first = loadOn(a, "k");
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                thrown.complete(new AssertionError(b.cache.get("k", key -> "mine")));
              } catch (RemoteFetchException e) {
                thrown.complete(e);
              }
            });
    caller.start();
    b.awaitWaiting();
    loader.run().fail(new IllegalStateException("no database"));

    assertThat(Eventually.value(thrown)).isInstanceOf(RemoteFetchException.class);
    assertThat(Eventually.failure(first)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aValueThatIsHandedOverOnlyIsLoadedAgainByNodesThatComeLater() {
    LedgerScene.Node c = scene.node("c", options -> options.shareFor(Duration.ZERO));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = waitOn(b, "k");
    run.complete("v");
    assertThat(Eventually.value(first)).isEqualTo("v");
    assertThat(Eventually.value(second)).isEqualTo("v");

    assertThat(a.cache.get("k", key -> "mine")).isEqualTo("mine");
  }

  @Test
  void aRefreshLoadsAlthoughTheLedgerHasAValue() {
    assertThat(a.cache.get("k", key -> "old")).isEqualTo("old");
    assertThat(b.cache.get("k", key -> "none")).isEqualTo("old");

    assertThat(Eventually.value(b.cache.refresh("k", (Loader<String, String>) key -> "new")))
        .isEqualTo("new");

    assertThat(b.cache.getIfPresent("k")).isEqualTo("new");
    LedgerScene.Node c = scene.node("c");
    assertThat(c.cache.get("k", key -> "none")).isEqualTo("new");
  }

  @Test
  void aPrefetchIsSharedToo() {
    a.cache.prefetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = waitOn(b, "k");

    run.complete("v");

    assertThat(Eventually.value(second)).isEqualTo("v");
    Eventually.until("a has it", () -> "v".equals(a.cache.getIfPresent("k")));
  }

  @Test
  void aBulkLoadsWhatNobodyElseLoadsOrHas() {
    assertThat(a.cache.get("there", key -> "v")).isEqualTo("v");
    FetchHandle<String> first = loadOn(a, "loading");

    CompletableFuture<Map<String, String>> all =
        b.cache.getAllOrFetch(List.of("there", "loading", "x", "y"), other.bulk());
    assertThat(other.run().keys).isEqualTo(Set.of("x", "y"));
    other.run().complete("bulk");
    loader.run().complete("a's");

    assertThat(Eventually.value(all))
        .isEqualTo(Map.of("there", "v", "loading", "a's", "x", "bulk", "y", "bulk"));
    assertThat(Eventually.value(first)).isEqualTo("a's");
    assertThat(other.starts()).isEqualTo(1);
    assertThat(a.cache.get("x", key -> "none")).isEqualTo("bulk");
  }

  @Test
  void aValueThatIsNotToBeStoredIsStoredByNoNode() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    loader.run().context.doNotStore();
    loader.run().complete("a's");
    other.run().complete("b's");

    assertThat(Eventually.value(first)).isEqualTo("a's");
    assertThat(Eventually.value(second)).isEqualTo("b's");
    assertThat(a.cache.getIfPresent("k")).isNull();
    assertThat(a.cache.get("k", key -> "again")).isEqualTo("again");
  }

  @Test
  void aBulkLoadersWordOnStoringHoldsForEachOfItsKeys() {
    CompletableFuture<Map<String, String>> all =
        b.cache.getAllOrFetch(List.of("x", "y"), other.bulk());
    other.run().context.doNotStore();
    other.run().complete("bulk");

    assertThat(Eventually.value(all)).isEqualTo(Map.of("x", "bulk", "y", "bulk"));
    assertThat(b.cache.getIfPresent("x")).isNull();
    assertThat(a.cache.get("x", key -> "a's")).isEqualTo("a's");
  }

  @Test
  void theInsertCallbackRunsOnceAmongAllNodes() {
    AtomicInteger inserts = new AtomicInteger();
    LedgerScene.Node c =
        scene.node(
            "c",
            options -> options,
            builder ->
                builder.onInsert((key, value, current) -> value + "!" + inserts.incrementAndGet()));
    LedgerScene.Node d =
        scene.node(
            "d",
            options -> options,
            builder ->
                builder.onInsert((key, value, current) -> value + "!" + inserts.incrementAndGet()));

    assertThat(c.cache.get("k", key -> "v")).isEqualTo("v!1");
    assertThat(d.cache.get("k", key -> "w")).isEqualTo("v!1");
    assertThat(inserts).hasValue(1);
  }

  @Test
  void aLoaderKnowsItsFencingToken() {
    LongSeen seen = new LongSeen();

    assertThat(a.cache.get("k", seen)).isEqualTo("v");
    long first = seen.token;
    a.invalidate("k");
    assertThat(b.cache.get("k", seen)).isEqualTo("v");

    assertThat(first).isPositive();
    assertThat(seen.token).isGreaterThan(first);
    CoalescingCache<String, String> alone = caches.cache();
    assertThat(alone.get("k", seen)).isEqualTo("v");
    assertThat(seen.token).isEqualTo(-1);
  }

  private static final class LongSeen implements Loader<String, String> {
    private volatile long token;

    @Override
    public String load(String key) {
      token = FetchContext.current().fencingToken().orElse(-1);
      return "v";
    }
  }

  @Test
  void aValueFromTheLedgerIsAsOldHereAsThere() {
    FakeTicker ticker = new FakeTicker();
    InMemoryFetchLedger<String, String> ledger = InMemoryFetchLedger.create(ticker);
    CoalescingCache<String, String> first = expiring(ledger, ticker);
    CoalescingCache<String, String> second = expiring(ledger, ticker);
    assertThat(first.get("k", key -> "v")).isEqualTo("v");

    ticker.advance(Duration.ofSeconds(40));
    assertThat(second.get("k", key -> "w")).isEqualTo("v");
    ticker.advance(Duration.ofSeconds(21));

    assertThat(second.getIfPresent("k")).isNull();
    assertThat(second.get("k", key -> "w")).isEqualTo("w");
  }

  private CoalescingCache<String, String> expiring(
      InMemoryFetchLedger<String, String> ledger, FakeTicker ticker) {
    return caches.track(
        CoalescingCache.builder()
            .ticker(ticker)
            .recordStats()
            .expireAfterWrite(Duration.ofMinutes(1))
            .ledger(ledger)
            .build());
  }

  @Test
  void theFetchesOfARecordedCacheHaveTheirStartAndEndAsEventsAndOthersHaveNone() {
    LedgerScene.Node recorded = scene.node("recorded", options -> options.recorded(true));
    assertThat(recorded.cache.get("k", key -> "v")).isEqualTo("v");
    assertThat(a.cache.get("other", key -> "v")).isEqualTo("v");

    assertThat(events("k")).containsExactly("started recorded", "ended SUCCEEDED");
    assertThat(events("other")).isEmpty();
  }

  private List<String> events(String key) {
    return scene.ledger.eventsAfter(FetchId.newest(key), 0).toCompletableFuture().join().stream()
        .map(event -> event.type() + " " + event.payload())
        .toList();
  }

  @Test
  void aLedgerIsSetOnce() {
    assertThatThrownBy(
            () ->
                CoalescingCache.builder()
                    .ledger(InMemoryFetchLedger.create())
                    .ledger(InMemoryFetchLedger.create(), LedgerOptions.builder().build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ledger is set already");
  }
}
