package dev.slipstream;

import static dev.slipstream.Tagging.tagging;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes with its tag on one node is invalidated in the ledger that it shares with others. */
class LedgerTagsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final LedgerScene scene = new LedgerScene(caches);

  /** Runs callbacks in order: the invalidation of an outdated value goes before the newer load. */
  private final ExecutorService callbacks = Executors.newSingleThreadExecutor();

  private final LedgerScene.Node a =
      scene.node("a", options -> options, builder -> builder.continuationExecutor(callbacks));
  private final LedgerScene.Node b = scene.node("b");

  @AfterEach
  void endCallbacks() {
    callbacks.shutdown();
  }

  @Test
  void theKeysThatHaveTheTagHereAreInvalidatedEverywhere() {
    assertThat(Eventually.value(a.cache.getOrFetch("k", tagging("old", "t")))).isEqualTo("old");
    assertThat(b.cache.get("k", key -> "none")).isEqualTo("old");

    a.cache.invalidateTag("t");
    assertThat(Eventually.value(a.cache.ledgerSettled())).isNull();

    Eventually.until("b has dropped it", () -> b.cache.getIfPresent("k") == null);
    assertThat(b.cache.get("k", key -> "new")).isEqualTo("new");
    assertThat(a.cache.get("k", key -> "none")).isEqualTo("new");
  }

  @Test
  void whatALoadTagsLateIsTakenOutOfTheLedgerAsWell() {
    ControlledLoader<String> loader = new ControlledLoader<>();
    FetchHandle<String> before = a.cache.getOrFetch("k", loader.async());
    loader.run().context.tag("t");
    a.cache.invalidateTag("t");
    FetchHandle<String> after = a.cache.getOrFetch("k", tagging("new", "t"));
    loader.run().complete("old");

    assertThat(Eventually.value(before)).isEqualTo("old");
    assertThat(Eventually.value(after)).isEqualTo("new");
    assertThat(Eventually.value(a.cache.ledgerSettled())).isNull();
    assertThat(b.cache.get("k", key -> "none")).isEqualTo("new");
  }
}
