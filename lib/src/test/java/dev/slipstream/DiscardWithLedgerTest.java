package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.ledger.AwayPolicy;
import dev.slipstream.ledger.LedgerOptionsBuilder;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of loaded values that nobody takes in a cache that shares its fetches. */
class DiscardWithLedgerTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final Discarded discarded = new Discarded();
  private final LedgerScene scene = new LedgerScene(caches);
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  private LedgerScene.Node node(UnaryOperator<LedgerOptionsBuilder> options) {
    return scene.node("a", options, builder -> builder.discardListener(discarded));
  }

  private LedgerScene.Node node() {
    return node(options -> options);
  }

  @Test
  void aValueThatTheLedgerAcceptedIsNotDiscarded() {
    LedgerScene.Node node = node();
    node.cache.prefetch("k", loader.async());
    loader.run().complete("v");

    Eventually.until("it is stored", () -> "v".equals(node.cache.getIfPresent("k")));
    discarded.areNone();
  }

  @Test
  void aValueThatComesAfterTheLastLeaveIsDiscarded() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    LedgerScene.Node node = node();
    FetchHandle<String> handle =
        node.cache.getOrFetch(
            "k",
            (key, context) -> {
              var unused = loader.async().load(key, context);
              return answer.minimalCompletionStage();
            });
    FetchContext context = loader.run().context;
    handle.cancel(true);
    Eventually.until("the loader is stopped", context::isAbandoned);
    answer.complete("v");

    discarded.are("k=v");
  }

  @Test
  void aValueThatIsNotSharedAndThatNobodyWaitsForIsDiscarded() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    node().cache.prefetch("k", Discarded.unstored(answer));
    answer.complete("v");

    discarded.are("k=v");
  }

  @Test
  void aValueThatIsLostToTheLedgersIsDiscarded() {
    LedgerScene.Node late = node();
    LedgerScene.Node other = scene.node("b");
    FetchHandle<String> handle = late.cache.getOrFetch("k", loader.async());
    ControlledLoader.Run<String> run = loader.run();
    other.invalidate("k");
    assertThat(other.cache.get("k", key -> "newer")).isEqualTo("newer");
    run.complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("newer");
    discarded.are("k=v");
  }

  @Test
  void aValueThatCannotBeAgreedOnIsDiscarded() {
    LedgerScene.Node node = node(options -> options.whenAway(AwayPolicy.FAIL));
    node.fails("complete");
    FetchHandle<String> handle = node.cache.getOrFetch("k", loader.async());
    loader.run().complete("v");

    assertThat(Eventually.failure(handle)).isInstanceOf(LedgerUnavailableFetchException.class);
    discarded.are("k=v");
  }

  @Test
  void furtherValuesOfABulkAreDiscarded() {
    CompletableFuture<Map<String, String>> all =
        node().cache.getAllOrFetch(List.of("a"), loader.bulk());
    loader.run().answers.complete(Map.of("a", "1", "extra", "3"));

    assertThat(Eventually.value(all)).isEqualTo(Map.of("a", "1"));
    discarded.are("extra=3");
  }

  @Test
  void theValuesOfABulkThatWasAbandonedAreDiscarded() {
    CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
    CompletableFuture<FetchContext> started = new CompletableFuture<>();
    CompletableFuture<Map<String, String>> all =
        node()
            .cache
            .getAllOrFetch(
                List.of("a"),
                (keys, context) -> {
                  started.complete(context);
                  return answers.minimalCompletionStage();
                });
    FetchContext context = Eventually.value(started);
    all.cancel(true);
    Eventually.until("the loader is stopped", context::isAbandoned);
    answers.complete(Map.of("a", "1", "extra", "3"));

    discarded.are("a=1", "extra=3");
  }
}
