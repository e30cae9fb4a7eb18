package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one node writes or invalidates reaches the others that share its ledger. */
class LedgerWritesTest {
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
  void restoreAndMergeStayLocal() {
    assertThat(a.cache.get("k", key -> "v")).isEqualTo("v");
    b.cache.restore(key -> true, a.cache.entries());
    b.cache.merge(a.cache.entries());

    assertThat(b.cache.getIfPresent("k")).isEqualTo("v");
    assertThat(b.calls("put") + b.calls("invalidate")).isZero();
  }
}
