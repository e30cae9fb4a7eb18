package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of the values of a bulk load that nobody takes. */
class DiscardOfBulkTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final Discarded discarded = new Discarded();
  private final CompletableFuture<Map<String, String>> answers = new CompletableFuture<>();
  private final CoalescingCache<String, String> cache = cache(builder -> builder);

  private CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return caches.cache(
        builder ->
            with.apply(builder.continuationExecutor(Runnable::run).discardListener(discarded)));
  }

  /** A loader whose stage takes no cancel. */
  private final BulkLoader<String, String> deaf =
      (keys, context) -> answers.minimalCompletionStage();

  private final BulkLoader<String, String> unstored =
      (keys, context) -> {
        context.doNotStore();
        return answers.minimalCompletionStage();
      };

  @Test
  void theKeyThatNobodyWaitsForAnyMoreHasItsValueDiscarded() {
    CompletableFuture<Map<String, String>> all = cache.getAllOrFetch(List.of("a", "b"), deaf);
    FetchHandle<String> one = cache.joinIfInFlight("a");
    all.cancel(true);
    answers.complete(Map.of("a", "1", "b", "2"));

    assertThat(one.join()).isEqualTo("1");
    assertThat(cache.asMap()).isEqualTo(Map.of("a", "1"));
    discarded.are("b=2");
  }

  @Test
  void aBulkThatWasAbandonedHasAllOfItsValuesDiscarded() {
    cache.getAllOrFetch(List.of("a", "b"), deaf).cancel(true);
    answers.complete(Map.of("a", "1", "b", "2", "extra", "3"));

    discarded.are("a=1", "b=2", "extra=3");
  }

  @Test
  void aBulkOfAClosedCacheHasAllOfItsValuesDiscarded() {
    var unused = cache.getAllOrFetch(List.of("a"), deaf);
    cache.close();
    answers.complete(Map.of("a", "1", "extra", "3"));

    discarded.are("a=1", "extra=3");
  }

  @Test
  void aFurtherValueThatIsStoredIsNotDiscarded() {
    var unused = cache.getAllOrFetch(List.of("a"), deaf);
    answers.complete(Map.of("a", "1", "extra", "3"));

    assertThat(cache.asMap()).isEqualTo(Map.of("a", "1", "extra", "3"));
    discarded.areNone();
  }

  @Test
  void aFurtherValueWhoseKeyIsCachedIsDiscarded() {
    cache.put("extra", "present");
    var unused = cache.getAllOrFetch(List.of("a"), deaf);
    answers.complete(Map.of("a", "1", "extra", "3"));

    discarded.are("extra=3");
  }

  @Test
  void aFurtherValueWhoseKeyWasWrittenMeanwhileIsDiscarded() {
    var unused = cache.getAllOrFetch(List.of("a"), deaf);
    cache.put("extra", "newer");
    cache.invalidate("extra");
    answers.complete(Map.of("a", "1", "extra", "3"));

    discarded.are("extra=3");
  }

  @Test
  void aFurtherValueWhoseKeyIsInFlightIsDiscarded() {
    CompletableFuture<String> other = new CompletableFuture<>();
    FetchHandle<String> extra = cache.getOrFetch("extra", (key, context) -> other);
    var unused = cache.getAllOrFetch(List.of("a"), deaf);
    answers.complete(Map.of("a", "1", "extra", "3"));
    other.complete("own");

    assertThat(extra.join()).isEqualTo("own");
    discarded.are("extra=3");
  }

  @Test
  void aFurtherValueThatTheLoaderHasPutIsNotDiscarded() {
    var unused =
        cache.getAllOrFetch(
            List.of("a"),
            (keys, context) -> {
              cache.put("extra", "3");
              return CompletableFuture.completedFuture(
                  Map.of("a", "1", "extra", cache.getIfPresent("extra")));
            });

    discarded.areNone();
  }

  @Test
  void aLoadThatIsNotStoredHasItsFurtherValuesDiscarded() {
    CompletableFuture<Map<String, String>> all = cache.getAllOrFetch(List.of("a"), unstored);
    answers.complete(Map.of("a", "1", "extra", "3"));

    assertThat(all.join()).isEqualTo(Map.of("a", "1"));
    discarded.are("extra=3");
  }

  @Test
  void valuesThatAreNotStoredAreTheCallersThatGetsThem() {
    CompletableFuture<Map<String, String>> all = cache.getAllOrFetch(List.of("a", "b"), unstored);
    answers.complete(Map.of("a", "1", "b", "2"));

    assertThat(all.join()).hasSize(2);
    all.cancel(true);
    discarded.areNone();
  }

  @Test
  void valuesThatAreNotStoredAreLostWithABulkCallThatFails() {
    CompletableFuture<String> other = new CompletableFuture<>();
    var handle = cache.getOrFetch("bad", (key, context) -> other);
    CompletableFuture<Map<String, String>> all = cache.getAllOrFetch(List.of("a", "bad"), unstored);
    answers.complete(Map.of("a", "1"));
    discarded.areNone();
    other.completeExceptionally(new IOException("down"));

    assertThat(Eventually.failure(all)).isInstanceOf(IOException.class);
    assertThat(handle).isCompletedExceptionally();
    discarded.are("a=1");
  }

  @Test
  void aValueThatIsNotStoredIsLostWithABulkCallThatIsCancelled() {
    CompletableFuture<String> other = new CompletableFuture<>();
    var handle = cache.getOrFetch("slow", (key, context) -> other);
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "slow"), unstored);
    answers.complete(Map.of("a", "1"));
    discarded.areNone();
    all.cancel(true);

    discarded.are("a=1");
    other.complete("v");
    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void aValueThatAnotherCallerReceivedIsNotLostWithTheBulkCall() {
    CompletableFuture<String> other = new CompletableFuture<>();
    var handle = cache.getOrFetch("slow", (key, context) -> other);
    CompletableFuture<Map<String, String>> all =
        cache.getAllOrFetch(List.of("a", "slow"), unstored);
    FetchHandle<String> one = cache.joinIfInFlight("a");
    answers.complete(Map.of("a", "1"));
    all.cancel(true);

    assertThat(one.join()).isEqualTo("1");
    discarded.areNone();
    other.complete("v");
    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void aFurtherValueThatTheInsertCallbackReplacesIsDiscarded() {
    CoalescingCache<String, String> inserting =
        cache(builder -> builder.onInsert((key, fetched, current) -> fetched + "!"));
    var unused = inserting.getAllOrFetch(List.of("a"), deaf);
    answers.complete(Map.of("a", "1", "extra", "3"));

    assertThat(inserting.asMap()).isEqualTo(Map.of("a", "1!", "extra", "3!"));
    discarded.are("a=1", "extra=3");
  }

  @Test
  void anInterceptedBulkThatWasAbandonedHasItsValuesDiscarded() {
    CoalescingCache<String, String> intercepted =
        caches.track(
            CoalescingCache.builder()
                .continuationExecutor(Runnable::run)
                .discardListener(discarded)
                .<String, String>loaderInterceptor((key, context, next) -> next.load(key, context))
                .build());
    intercepted.getAllOrFetch(List.of("a", "b"), deaf).cancel(true);
    answers.complete(Map.of("a", "1", "b", "2", "extra", "3"));

    discarded.are("a=1", "b=2", "extra=3");
  }

  @Test
  void whatAnInterceptorBringsAfterTheEndOfItsBulkIsDiscarded() {
    CompletableFuture<String> own = new CompletableFuture<>();
    CoalescingCache<String, String> intercepted =
        caches.track(
            CoalescingCache.builder()
                .continuationExecutor(Runnable::run)
                .discardListener(discarded)
                .<String, String>loaderInterceptor(
                    (key, context, next) -> own.minimalCompletionStage())
                .build());
    intercepted.getAllOrFetch(List.of("a"), deaf).cancel(true);
    own.complete("v");

    discarded.are("a=v");
  }
}
