package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchState;
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

/** Nodes that share a ledger run one fetch a key between them, and invalidate each other. */
class LedgerCacheTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final LedgerScene scene = new LedgerScene(caches);
  private final LedgerScene.Node a = scene.node("a");
  private final LedgerScene.Node b = scene.node("b");
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ControlledLoader<String> other = new ControlledLoader<>();

  private FetchState state(String key) {
    var found = Eventually.value(scene.ledger.find(key).toCompletableFuture());
    return found == null ? FetchState.ABANDONED : found.state();
  }

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
  void whenItsLastCallerAnywhereLeavesTheLoaderIsCancelled() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    first.cancel(true);
    Eventually.until("a's leave has reached the ledger", () -> a.calls("leave") > 0);
    assertThat(loader.run().isCancelled()).isFalse();
    assertThat(loader.run().context.isAbandoned()).isFalse();
    second.cancel(true);

    loader.run().awaitCancelled();
    Eventually.until("the fetch is given up", () -> state("k") == FetchState.ABANDONED);
  }

  @Test
  void theOwnersCallersLeaveAndTheLoaderRunsOnForTheOthers() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    first.cancel(true);
    Eventually.until("a's leave has reached the ledger", () -> a.calls("leave") > 0);
    loader.run().complete("v");

    assertThat(Eventually.value(second)).isEqualTo("v");
    assertThat(other.starts()).isZero();
  }

  @Test
  void aLaterCallOfTheSameNodeWaitsForTheLoaderThatRunsOnForOthers() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");
    first.cancel(true);
    Eventually.until("a's leave has reached the ledger", () -> a.calls("leave") > 0);

    FetchHandle<String> third = waitOn(a, "k");
    loader.run().complete("v");

    assertThat(Eventually.value(second)).isEqualTo("v");
    assertThat(Eventually.value(third)).isEqualTo("v");
    assertThat(other.starts()).isZero();
  }

  @Test
  void theOwnersLastCallerWithNobodyElseCancelsTheLoader() {
    FetchHandle<String> first = loadOn(a, "k");

    first.cancel(true);

    loader.run().awaitCancelled();
    Eventually.until("the fetch is given up", () -> state("k") == FetchState.ABANDONED);
  }

  @Test
  void anInvalidationReachesTheOtherNodes() {
    assertThat(a.cache.get("k", key -> "old")).isEqualTo("old");
    assertThat(b.cache.get("k", key -> "none")).isEqualTo("old");

    a.invalidate("k");

    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
    assertThat(b.cache.get("k", key -> "new")).isEqualTo("new");
    assertThat(a.cache.get("k", key -> "none")).isEqualTo("new");
  }

  @Test
  void anInvalidationOfAllReachesTheOtherNodes() {
    assertThat(a.cache.get("k", key -> "old")).isEqualTo("old");
    assertThat(b.cache.get("k", key -> "none")).isEqualTo("old");

    a.cache.invalidateAll();
    assertThat(Eventually.value(a.cache.ledgerSettled())).isNull();

    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
    assertThat(b.cache.get("k", key -> "new")).isEqualTo("new");
  }

  @Test
  void whatIsPutReachesTheOtherNodes() {
    assertThat(b.cache.get("k", key -> "old")).isEqualTo("old");

    a.put("k", "put");

    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
    assertThat(b.cache.get("k", key -> "loaded")).isEqualTo("put");
    assertThat(a.cache.getIfPresent("k")).isEqualTo("put");
  }

  @Test
  void whatTheMapViewWritesReachesTheOtherNodes() {
    assertThat(b.cache.get("k", key -> "old")).isEqualTo("old");
    assertThat(a.cache.get("k", key -> "none")).isEqualTo("old");

    assertThat(a.cache.asMap().replace("k", "old", "new")).isTrue();

    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
    assertThat(b.cache.get("k", key -> "loaded")).isEqualTo("new");
    assertThat(a.cache.asMap().putIfAbsent("k", "more")).isEqualTo("new");
    assertThat(a.cache.ledgerSettled()).as("nothing was written").isCompleted();
  }

  @Test
  void writesThatAreNotSharedInvalidateOnly() {
    LedgerScene.Node c = scene.node("c", options -> options.shareWrites(false));
    assertThat(b.cache.get("k", key -> "old")).isEqualTo("old");

    c.put("k", "mine");

    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
    assertThat(b.cache.get("k", key -> "loaded")).isEqualTo("loaded");
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
  void anInvalidationDuringALoadKeepsItsValueOutOfEveryCache() {
    FetchHandle<String> first = loadOn(a, "k");
    FetchHandle<String> second = waitOn(b, "k");

    b.invalidate("k");
    Eventually.until("b has begun anew", () -> other.starts() == 1);
    other.run().complete("new");
    loader.run().complete("old");

    assertThat(Eventually.value(first)).as("a's own load, or b's value").isIn("old", "new");
    assertThat(Eventually.value(second)).isEqualTo("new");
    assertThat(a.cache.getIfPresent("k")).isNotEqualTo("old");
    assertThat(b.cache.getIfPresent("k")).as("b's flight was fenced").isNull();
    assertThat(b.cache.get("k", key -> "none")).isEqualTo("new");
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
  void aBulkThatIsLeftStopsItsLoader() {
    CompletableFuture<Map<String, String>> all =
        b.cache.getAllOrFetch(List.of("x", "y"), other.bulk());
    ControlledLoader.Run<String> run = other.run();

    all.cancel(true);

    run.awaitCancelled();
    Eventually.until(
        "both are given up",
        () -> state("x") == FetchState.ABANDONED && state("y") == FetchState.ABANDONED);
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
  void closeHandsWhatItLoadsToAWaiterAtOnce() {
    LedgerScene.Node c = scene.node("c", options -> options.leaseTime(Duration.ofHours(1)));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = waitOn(b, "k");

    c.cache.close();

    run.awaitCancelled();
    assertThat(Eventually.failure(first)).isInstanceOf(CacheClosedException.class);
    other.run().complete("b's");
    assertThat(Eventually.value(second)).isEqualTo("b's");
  }

  @Test
  void closeStopsALoaderThatRunsForOthers() {
    LedgerScene.Node c = scene.node("c", options -> options.leaseTime(Duration.ofHours(1)));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = waitOn(b, "k");
    first.cancel(true);
    Eventually.until("c's leave has reached the ledger", () -> c.calls("leave") > 0);

    c.cache.close();

    run.awaitCancelled();
    other.run().complete("b's");
    assertThat(Eventually.value(second)).isEqualTo("b's");
  }

  @Test
  void aFetchTimeoutStopsTheLoaderAndAnotherNodeTakesOver() {
    LedgerScene.Node c =
        scene.node(
            "c",
            options -> options.leaseTime(Duration.ofHours(1)),
            builder -> builder.fetchTimeout(Duration.ofMillis(200)));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = waitOn(b, "k");

    assertThat(Eventually.failure(first)).isInstanceOf(FetchTimeoutException.class);
    run.awaitCancelled();
    other.run().complete("b's");
    assertThat(Eventually.value(second)).isEqualTo("b's");
  }

  @Test
  void anAbortOnAWaiterAbandonsTheFetchOnItsOwner() {
    LedgerScene.Node c = scene.node("c", options -> options.leaseTime(Duration.ofMillis(300)));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = waitOn(b, "k");

    assertThat(b.cache.abort("k", new IllegalStateException("by hand"))).isTrue();

    assertThat(Eventually.failure(second)).hasRootCauseMessage("by hand");
    run.awaitCancelled();
    assertThat(Eventually.failure(first))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("by hand")
        .hasMessageContaining("because b asked for it");
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
  void restoreAndMergeStayLocal() {
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    b.cache.restore(key -> true, a.cache.entries());
    b.cache.merge(a.cache.entries());

    assertThat(b.cache.getIfPresent("k")).isEqualTo("v");
    assertThat(b.calls("put") + b.calls("invalidate")).isZero();
  }

  @Test
  void aLostLoadIsTakenOverWhenItsLeaseHasRunOut() {
    LedgerScene.Node c = scene.node("c", options -> options.leaseTime(Duration.ofMillis(100)));
    startAndForget(c);

    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());
    Eventually.collects("b has taken over", () -> other.starts() == 1);
    other.run().complete("b's");

    assertThat(Eventually.value(second)).isEqualTo("b's");
    assertThat(b.cache.stats().takeoverCount()).isEqualTo(1);
    c.cache.cleanUp();
  }

  private static void startAndForget(LedgerScene.Node node) {
    AtomicInteger starts = new AtomicInteger();
    node.cache.getOrFetch(
        "k",
        (AsyncLoader<String, String>)
            (key, context) -> {
              starts.incrementAndGet();
              return new CompletableFuture<>();
            });
    Eventually.until("the loader has started", () -> starts.get() == 1);
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

  @Test
  void abandonmentThatWasAskedForAtTheLedgerStopsTheOwner() {
    LedgerScene.Node c = scene.node("c", options -> options.leaseTime(Duration.ofMillis(100)));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();

    var unused =
        scene.ledger.requestAbandon(
            FetchId.newest("k"), new dev.slipstream.ledger.AbandonRequest("ops", "too slow"));

    assertThat(Eventually.failure(first))
        .hasMessageContaining("too slow")
        .hasMessageContaining("ops");
    run.awaitCancelled();
    Eventually.until("it is recorded", () -> state("k") == FetchState.ABANDONED);
  }
}
