package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AbandonRequest;
import dev.slipstream.ledger.FetchId;
import dev.slipstream.ledger.FetchState;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A shared fetch whose callers leave, or whose node stops it, ends or goes on elsewhere. */
class LedgerLeaveTest {
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
  void abandonmentThatWasAskedForAtTheLedgerStopsTheOwner() {
    LedgerScene.Node c = scene.node("c", options -> options.leaseTime(Duration.ofMillis(100)));
    FetchHandle<String> first = c.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();

    var unused =
        scene.ledger.requestAbandon(FetchId.newest("k"), new AbandonRequest("ops", "too slow"));

    assertThat(Eventually.failure(first))
        .hasMessageContaining("too slow")
        .hasMessageContaining("ops");
    run.awaitCancelled();
    Eventually.until("it is recorded", () -> state("k") == FetchState.ABANDONED);
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
}
