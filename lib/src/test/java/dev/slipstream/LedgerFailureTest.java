package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.LedgerScene.Node;
import dev.slipstream.ledger.AwayPolicy;
import dev.slipstream.ledger.FetchScope;
import dev.slipstream.ledger.JoinOptions;
import dev.slipstream.ledger.JoinResult;
import dev.slipstream.ledger.LedgerFormatException;
import dev.slipstream.ledger.LedgerUnavailableException;
import dev.slipstream.ledger.NodeIdentity;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The failure table of docs/ledger.md, as far as the cache is concerned: a test for each row. */
class LedgerFailureTest {
  private static final Duration SHORT = Duration.ofMillis(100);

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final LedgerScene scene = new LedgerScene(caches);
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final ControlledLoader<String> other = new ControlledLoader<>();

  private static void awaitHit(Node node, String key) {
    Eventually.until("the key is cached", () -> node.cache.getIfPresent(key) != null);
  }

  private static JoinOptions shortLease() {
    return new JoinOptions(SHORT, SHORT, false, false);
  }

  private JoinResult<String, String> joinFromElsewhere(String key) {
    FetchScope stranger = new FetchScope(NodeIdentity.of("stranger"), 1);
    return Eventually.value(scene.ledger.join(stranger, key, shortLease()).toCompletableFuture());
  }

  @Test
  void anotherNodeTakesOverFromAnOwnerThatIsDead() {
    assertThat(joinFromElsewhere("k")).isInstanceOf(JoinResult.Acquired.class);
    Node b = scene.node("b");

    assertThat(b.cache.get("k", key -> "b's")).isEqualTo("b's");

    assertThat(b.cache.stats().takeoverCount()).isEqualTo(1);
  }

  @Test
  void aLateOwnerIsRefusedAndAdoptsTheTakersValue() {
    Node a = scene.node("a", options -> options.leaseTime(SHORT));
    Node b = scene.node("b");
    a.hangs("renew");
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());
    other.run().complete("b's");
    assertThat(Eventually.value(second)).isEqualTo("b's");

    run.complete("late");

    assertThat(Eventually.value(first)).isEqualTo("b's");
    assertThat(a.cache.getIfPresent("k")).isEqualTo("b's");
    assertThat(a.cache.stats().ledgerFencedCount()).isEqualTo(1);
  }

  @Test
  void aLateOwnerWithoutATakersValueDeliversItsOwnAndStoresNothing() {
    Node a = scene.node("a", options -> options.leaseTime(SHORT));
    Node b = scene.node("b");
    a.hangs("renew");
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());
    ControlledLoader.Run<String> taker = other.run();

    run.complete("late");

    assertThat(Eventually.value(first)).isEqualTo("late");
    assertThat(a.cache.getIfPresent("k")).isNull();
    taker.complete("b's");
    assertThat(Eventually.value(second)).isEqualTo("b's");
  }

  @Test
  void aRenewedLeaseIsNotTakenOver() {
    Node a = scene.node("a", options -> options.leaseTime(SHORT));
    Node b = scene.node("b", options -> options.leaseTime(SHORT));
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());

    Eventually.until("the lease is renewed for longer than it lasts", () -> a.calls("renew") > 5);
    run.complete("v");

    assertThat(Eventually.value(first)).isEqualTo("v");
    assertThat(Eventually.value(second)).isEqualTo("v");
    assertThat(other.starts()).isZero();
  }

  @Test
  void anOwnerStopsWhenItsCallersHaveLeftAndTheWaiterIsDead() {
    Node a = scene.node("a", options -> options.leaseTime(SHORT));
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    assertThat(joinFromElsewhere("k")).isInstanceOf(JoinResult.Held.class);

    first.cancel(true);

    run.awaitCancelled();
  }

  @Test
  void whileTheLedgerIsAwayEachNodeLoadsForItself() {
    Node a = scene.node("a");
    a.fails("join", "leave");

    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    assertThat(a.cache.get("l", key -> "w")).isEqualTo("w");

    assertThat(a.cache.getIfPresent("k")).isEqualTo("v");
    assertThat(a.cache.stats().ledgerAwayCount()).isEqualTo(2);
    assertThat(a.calls("join")).as("it is not asked again at once").isEqualTo(1);
    assertThat(log.warnings()).as("one warning an outage").hasSize(1);
  }

  @Test
  void aClosedCacheDoesNotWarnOfALedgerThatIsAway() {
    Node a = scene.node("a");
    a.cache.getOrFetch("k", loader.async());
    loader.run();
    a.fails("leave", "complete");

    a.cache.close();

    Eventually.until("the fetch is given back", () -> a.calls("complete") + a.calls("leave") > 0);
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void oneFlightANodeLoadsWhileTheLedgerIsAway() {
    Node a = scene.node("a");
    a.fails("join", "leave");
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    FetchHandle<String> second = a.cache.getOrFetch("k", other.async());

    loader.run().complete("v");

    assertThat(Eventually.value(first)).isEqualTo("v");
    assertThat(Eventually.value(second)).isEqualTo("v");
    assertThat(other.starts()).isZero();
  }

  @Test
  void theLedgerIsUsedAgainWhenItIsBack() {
    Node a = scene.node("a");
    a.fails("join", "leave");
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    a.heals();
    AtomicInteger keys = new AtomicInteger();

    Eventually.until(
        "a join is made again",
        () -> {
          assertThat(a.cache.get("k" + keys.incrementAndGet(), key -> "v")).isEqualTo("v");
          return a.calls("complete") > 0;
        });
  }

  @Test
  void fetchesFailWhileTheLedgerIsAwayIfTheyAreToFail() {
    Node a = scene.node("a", options -> options.whenAway(AwayPolicy.FAIL));
    a.fails("join", "leave");

    FetchHandle<String> handle = a.cache.getOrFetch("k", loader.async());

    assertThat(Eventually.failure(handle))
        .isInstanceOf(LedgerUnavailableFetchException.class)
        .hasCauseInstanceOf(LedgerUnavailableException.class);
    assertThat(loader.starts()).isZero();
  }

  @Test
  void aLedgerThatDoesNotAnswerInTimeIsAwayAndItsClaimIsUndone() {
    Node a = scene.node("a", options -> options.patience(Duration.ofMillis(20)));
    a.hangs("join");

    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");

    assertThat(a.calls("leave")).isPositive();
    assertThat(a.cache.stats().ledgerAwayCount()).isEqualTo(1);
  }

  @Test
  void aWaiterLoadsForItselfWhenTheLedgerGoesAway() {
    Node a = scene.node("a");
    Node b = scene.node("b");
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());
    b.awaitWaiting();

    b.fails("look");
    other.run().complete("b's");

    assertThat(Eventually.value(second)).isEqualTo("b's");
    run.complete("a's");
    assertThat(Eventually.value(first)).isEqualTo("a's");
  }

  @Test
  void anOwnerWhoseCompletionGetsNoAnswerDeliversItsValue() {
    Node a = scene.node("a");
    a.fails("complete");

    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");

    assertThat(a.cache.stats().ledgerAwayCount()).isEqualTo(1);
  }

  @Test
  void anOwnerWhoseCompletionGetsNoAnswerFailsIfItIsToFail() {
    Node a = scene.node("a", options -> options.whenAway(AwayPolicy.FAIL));
    a.fails("complete");

    FetchHandle<String> handle = a.cache.getOrFetch("k", (Loader<String, String>) key -> "v");

    assertThat(Eventually.failure(handle)).isInstanceOf(LedgerUnavailableFetchException.class);
    assertThat(a.cache.getIfPresent("k")).isNull();
  }

  @Test
  void anInvalidationWhileTheLedgerIsAwayIsMadeUpFor() {
    Node a = scene.node("a");
    Node b = scene.node("b");
    assertThat(b.cache.get("k", key -> "old")).isEqualTo("old");
    a.fails("invalidate");

    a.cache.invalidate("k");
    assertThat(a.cache.ledgerSettled()).isNotDone();
    a.heals();

    assertThat(Eventually.value(a.cache.ledgerSettled())).isNull();
    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
  }

  @Test
  void anInvalidationThatDidNotReachTheLedgerRidesWithTheNextJoin() {
    Node a = scene.node("a");
    Node b = scene.node("b");
    assertThat(b.cache.get("k", key -> "old")).isEqualTo("old");
    a.hangs("invalidate");

    a.cache.invalidate("k");

    assertThat(a.cache.get("k", key -> "new")).isEqualTo("new");
    assertThat(a.cache.ledgerSettled()).isCompleted();
    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
  }

  @Test
  void aCloseFailsWhatIsNotSettled() {
    Node a = scene.node("a");
    a.hangs("invalidateAll");
    a.cache.invalidateAll();
    var settled = a.cache.ledgerSettled();

    a.cache.close();

    assertThat(Eventually.failure(settled)).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void whatIsCachedIsDroppedWhileTheFeedIsCutOff() {
    Node a = scene.node("a", options -> options.detachedFor(Duration.ofMillis(20)));
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");

    a.listener().detached();

    Eventually.until("it is dropped", () -> a.cache.getIfPresent("k") == null);
    assertThat(a.cache.get("k", key -> "w")).as("it is in the ledger").isEqualTo("v");
    Eventually.until("and again", () -> a.cache.getIfPresent("k") == null);
    a.listener().attached(true);
    assertThat(a.cache.get("k", key -> "w")).isEqualTo("v");
  }

  @Test
  void aFeedThatMissedSomethingDropsWhatIsCachedAndFencesWhatRuns() {
    Node a = scene.node("a");
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    FetchHandle<String> running = a.cache.getOrFetch("l", loader.async());
    ControlledLoader.Run<String> run = loader.run();

    a.listener().detached();
    a.listener().attached(false);

    assertThat(a.cache.getIfPresent("k")).isNull();
    run.complete("maybe old");
    assertThat(Eventually.value(running)).isEqualTo("maybe old");
    assertThat(a.cache.getIfPresent("l")).isNull();
  }

  @Test
  void aFeedThatMissedNothingKeepsWhatIsCached() {
    Node a = scene.node("a");
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");

    a.listener().detached();
    a.listener().attached(true);

    assertThat(a.cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void aValueThatCannotBeWrittenIsLoadedByEachNode() {
    Node a = scene.node("a");
    Node b = scene.node("b");
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());
    b.awaitWaiting();
    a.failsOnce(new LedgerFormatException("too long", null), "complete");

    run.complete("a's");
    other.run().complete("b's");

    assertThat(Eventually.value(first)).isEqualTo("a's");
    assertThat(Eventually.value(second)).isEqualTo("b's");
    assertThat(a.cache.stats().unsharedCount()).isEqualTo(1);
    awaitHit(a, "k");
  }

  @Test
  void aValueThatCannotBeReadIsLoadedHereAndStaysForTheOthers() {
    Node a = scene.node("a");
    Node b = scene.node("b");
    Node c = scene.node("c");
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    b.failsWith(new LedgerFormatException("of another version", null), "join");

    assertThat(b.cache.get("k", key -> "own")).isEqualTo("own");

    assertThat(b.cache.stats().unsharedCount()).isEqualTo(1);
    assertThat(b.cache.stats().ledgerAwayCount()).isZero();
    assertThat(c.cache.get("k", key -> "none")).isEqualTo("v");
  }

  @Test
  void lostTicksOnlyDelay() {
    Node a = scene.node("a");
    Node b = scene.node("b", options -> options, builder -> builder, true);
    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    FetchHandle<String> second = b.cache.getOrFetch("k", other.async());
    b.awaitWaiting();

    run.complete("v");

    assertThat(Eventually.value(second)).isEqualTo("v");
    assertThat(Eventually.value(first)).isEqualTo("v");
  }

  @Test
  void aHerdOfNodesMakesOneLoad() {
    AtomicInteger loads = new AtomicInteger();
    List<FetchHandle<String>> handles = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Node node = scene.node("n" + i);
      nodes.add(node);
      handles.add(node.cache.getOrFetch("k", loader.async()));
    }
    ControlledLoader.Run<String> run = loader.run();

    run.complete("v" + loads.incrementAndGet());

    for (FetchHandle<String> handle : handles) {
      assertThat(Eventually.value(handle)).isEqualTo("v1");
    }
    assertThat(loader.starts()).isEqualTo(1);
    nodes.forEach(node -> awaitHit(node, "k"));
  }

  @Test
  void aLedgerThatThrowsIsAway() {
    Node a = scene.node("a");
    a.throwing(new IllegalStateException("broken"), "join", "leave");

    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");

    assertThat(a.cache.stats().ledgerAwayCount()).isEqualTo(1);
  }

  @Test
  void anExecutorThatRefusesALoaderLeavesTheFetchToTheOthers() {
    Node a =
        scene.node(
            "a",
            options -> options.leaseTime(Duration.ofHours(1)),
            builder ->
                builder.executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    Node b = scene.node("b");

    FetchHandle<String> first = a.cache.getOrFetch("k", loader.async());

    assertThat(Eventually.failure(first)).isInstanceOf(FetchRejectedException.class);
    assertThat(b.cache.get("k", key -> "b's")).isEqualTo("b's");
  }
}
