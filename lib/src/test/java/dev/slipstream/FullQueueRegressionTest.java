package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.ContinuationQueue;
import dev.slipstream.latch.OverflowPolicy;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A continuation whose queue is full runs on the thread that ends its fetch. It once ran before
 * others were answered, and one that did not end kept them waiting.
 */
class FullQueueRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CountDownLatch end = new CountDownLatch(1);
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @AfterEach
  void letItEnd() {
    end.countDown();
  }

  /** Registers a continuation that the thread which ends the fetch runs, and that does not end. */
  private void registerEndless(CoalescingCache<String, String> cache, String key) {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.CALLER_RUNS);
    ContinuationOptions queued = ContinuationOptions.defaults().queue(queue);
    cache.onComplete(key, "fills the queue", queued, outcome -> end.await());
    cache.onComplete(
        key,
        "endless",
        queued,
        outcome -> {
          stuck.countDown();
          end.await();
        });
  }

  @Test
  void anEndlessContinuationHoldsUpNoPeer() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> first = cache.getOrFetch("k", loader.async());
    registerEndless(cache, "k");
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent = peer.thenApply(value -> value);
    CompletableFuture<Object> continued = new CompletableFuture<>();
    peer.onComplete("the peer's", continued::complete);
    Caller<Void> completer = completing("v");
    Eventually.opens(stuck);
    assertThat(Eventually.value(dependent)).isEqualTo("v");
    assertThat(Eventually.value(continued)).isNotNull();
    assertThat(first).isCompletedWithValue("v");
    assertThat(completer.isReturned()).isFalse();
  }

  @Test
  void aLeaveReturnsAndCancelsTheLoader() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    registerEndless(cache, "k");
    Caller<Boolean> leaver = Caller.start(() -> handle.cancel(true));
    assertThat(leaver.value()).isTrue();
    assertThat(handle).isCancelled();
    assertThat(loader.run().isCancelled()).isTrue();
    Eventually.opens(stuck);
  }

  @Test
  void closeReturnsAndEndsAllFetches() {
    CoalescingCache<String, String> cache = caches.cache();
    List<CompletableFuture<Integer>> ended = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String key = "k" + i;
      ended.add(cache.getOrFetch(key, loader.async()).handle((value, failure) -> 0));
      if (i % 4 == 0) {
        registerEndless(cache, key);
      }
    }
    Caller<Void> closer =
        Caller.start(
            () -> {
              cache.close();
              return null;
            });
    assertThat(closer.value()).isNull();
    ended.forEach(Eventually::value);
    Eventually.opens(stuck);
  }

  @Test
  void abortReturns() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    registerEndless(cache, "k");
    Caller<Boolean> aborter = Caller.start(() -> cache.abort("k", new IllegalStateException()));
    assertThat(aborter.value()).isTrue();
    assertThat(handle).isCompletedExceptionally();
    Eventually.opens(stuck);
  }

  @Test
  void theOtherKeysOfABulkAreAnsweredFirst() {
    CoalescingCache<String, String> cache = caches.cache();
    CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
    CompletableFuture<Map<String, String>> bulk =
        cache.getAllOrFetch(List.of("a", "b"), (keys, context) -> answer);
    registerEndless(cache, "a");
    CompletableFuture<Object> continued = new CompletableFuture<>();
    cache.onComplete("b", "the other key's", continued::complete);
    Caller<Boolean> completer = Caller.start(() -> answer.complete(Map.of("a", "1", "b", "2")));
    Eventually.opens(stuck);
    assertThat(Eventually.value(continued)).isNotNull();
    assertThat(Eventually.value(bulk)).containsEntry("b", "2");
    assertThat(completer.isReturned()).isFalse();
  }

  private Caller<Void> completing(String value) {
    return Caller.start(
        () -> {
          loader.run().complete(value);
          return null;
        });
  }
}
