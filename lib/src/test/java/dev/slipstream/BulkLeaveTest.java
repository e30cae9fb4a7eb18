package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The end of bulk calls: the future is private, whatever ends it leaves every key, a key without
 * callers is abandoned at once, and the loader is cancelled with the last of its keys.
 */
class BulkLeaveTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> bulk = new ControlledLoader<>();
  private final ControlledLoader<String> unused = new ControlledLoader<>();

  /** The ways in which a caller ends its own bulk future. */
  enum End {
    CANCEL {
      @Override
      void of(CompletableFuture<Map<String, String>> future) {
        future.cancel(true);
      }
    },
    COMPLETE {
      @Override
      void of(CompletableFuture<Map<String, String>> future) {
        future.complete(Map.of());
      }
    },
    COMPLETE_EXCEPTIONALLY {
      @Override
      void of(CompletableFuture<Map<String, String>> future) {
        future.completeExceptionally(new IllegalStateException("mine"));
      }
    },
    COMPLETE_ASYNC {
      @Override
      void of(CompletableFuture<Map<String, String>> future) {
        future.completeAsync(Map::of);
      }
    },
    OR_TIMEOUT {
      @Override
      void of(CompletableFuture<Map<String, String>> future) {
        future.orTimeout(1, TimeUnit.MILLISECONDS);
      }
    },
    COMPLETE_ON_TIMEOUT {
      @Override
      void of(CompletableFuture<Map<String, String>> future) {
        future.completeOnTimeout(Map.of(), 1, TimeUnit.MILLISECONDS);
      }
    };

    abstract void of(CompletableFuture<Map<String, String>> future);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void whateverEndsTheFutureLeavesEveryKeyAndCancelsTheLoader(End end) {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());

    end.of(future);

    bulk.run().awaitCancelled();
    Eventually.until("it is done", future::isDone);
    Eventually.until("all has left", () -> cache.inFlight().isEmpty());
    assertThat(bulk.run().context.isAbandoned()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void whateverEndsTheFutureTouchesNoPeer(End end) {
    CompletableFuture<Map<String, String>> leaver =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    CompletableFuture<Map<String, String>> stayer =
        cache.getAllOrFetch(List.of("a", "b"), unused.bulk());

    end.of(leaver);
    Eventually.until("it is done", leaver::isDone);
    Eventually.until("it has left", () -> EntryPoint.awaiters(cache, "b") == 1);
    assertThat(bulk.run().isCancelled()).isFalse();
    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));

    assertThat(Eventually.value(stayer)).isEqualTo(Map.of("a", "A", "b", "B"));
    assertThat(unused.starts()).isZero();
  }

  @Test
  void theLeaveCancelsTheLoaderBeforeItReturns() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());

    future.cancel(true);

    assertThat(bulk.run().answers).isCancelled();
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aTimeoutOfTheFutureShowsInIt() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a"), bulk.bulk()).orTimeout(1, TimeUnit.MILLISECONDS);

    assertThat(Eventually.failure(future)).isInstanceOf(TimeoutException.class);
    bulk.run().awaitCancelled();
  }

  @Test
  void theFirstFailureFailsTheCallAndLeavesTheOtherKeys() {
    IllegalStateException failure = new IllegalStateException("down");
    ControlledLoader<String> single = new ControlledLoader<>();
    FetchHandle<String> flying = cache.getOrFetch("flying", single.async());
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("flying", "own"), bulk.bulk());

    single.run().fail(failure);

    assertThat(Eventually.failure(future)).isSameAs(failure);
    assertThat(Eventually.failure(flying)).isSameAs(failure);
    bulk.run().awaitCancelled();
    Eventually.until("it has left the other", () -> cache.inFlight().isEmpty());
  }

  @Test
  void aFailureOfTheLoaderReachesEveryKeysCallers() {
    IllegalStateException failure = new IllegalStateException("down");
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    FetchHandle<String> a = cache.getOrFetch("a", unused.async());
    FetchHandle<String> b = cache.getOrFetch("b", unused.async());

    bulk.run().fail(failure);

    assertThat(Eventually.failure(future)).isSameAs(failure);
    assertThat(Eventually.failure(a)).isSameAs(failure);
    assertThat(Eventually.failure(b)).isSameAs(failure);
    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void aKeyWithoutCallersIsAbandonedAtOnceAndItsValueDropped() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("left", "wanted"), bulk.bulk());
    FetchHandle<String> wanted = cache.getOrFetch("wanted", unused.async());

    future.cancel(true);
    assertThat(cache.joinIfInFlight("left")).isNull();
    assertThat(bulk.run().isCancelled()).isFalse();
    assertThat(bulk.run().context.isAbandoned()).isFalse();
    bulk.run().answers.complete(Map.of("left", "L", "wanted", "W"));

    assertThat(Eventually.value(wanted)).isEqualTo("W");
    assertThat(cache.asMap()).isEqualTo(Map.of("wanted", "W"));
    assertThat(cache.stats().abandonedCount()).isEqualTo(1);
  }

  @Test
  void anAbandonedKeyCanBeFetchedAnewWhileTheLoaderStillRuns() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("left", "wanted"), bulk.bulk());
    FetchHandle<String> wanted = cache.getOrFetch("wanted", unused.async());
    future.cancel(true);
    ControlledLoader<String> anew = new ControlledLoader<>();
    FetchHandle<String> again = cache.getOrFetch("left", anew.async());
    assertThat(again.origin()).isEqualTo(Origin.STARTED);

    bulk.run().answers.complete(Map.of("left", "old", "wanted", "W"));
    assertThat(again).isNotDone();
    anew.run().complete("new");

    assertThat(Eventually.value(wanted)).isEqualTo("W");
    assertThat(Eventually.value(again)).isEqualTo("new");
    assertThat(cache.getIfPresent("left")).isEqualTo("new");
  }

  @Test
  void theLoaderIsCancelledWithTheLastOfItsKeys() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    FetchHandle<String> a = cache.getOrFetch("a", unused.async());
    FetchHandle<String> b = cache.getOrFetch("b", unused.async());
    future.cancel(true);
    a.cancel(true);
    assertThat(bulk.run().isCancelled()).isFalse();

    b.cancel(true);

    assertThat(bulk.run().answers).isCancelled();
    assertThat(bulk.run().context.isAbandoned()).isTrue();
  }

  @Test
  void abortOfOneKeyFailsTheCallAndLeavesOthersAlone() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    FetchHandle<String> b = cache.getOrFetch("b", unused.async());

    assertThat(cache.abort("a", new IllegalStateException("by hand"))).isTrue();

    assertThat(Eventually.failure(future)).hasRootCauseMessage("by hand");
    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));
    assertThat(Eventually.value(b)).isEqualTo("B");
    assertThat(cache.asMap()).isEqualTo(Map.of("b", "B"));
  }

  @Test
  void theFetchTimeoutEndsAllItsKeys() {
    CoalescingCache<String, String> bounded =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(50)));
    CompletableFuture<Map<String, String>> future =
        bounded.getAllOrFetch(List.of("a", "b"), bulk.bulk());

    assertThat(Eventually.failure(future)).isInstanceOf(FetchTimeoutException.class);
    bulk.run().awaitCancelled();
    Eventually.until("all is over", () -> bounded.inFlight().isEmpty());
  }

  @Test
  void oneKeyThatFailsToBeInsertedFailsTheCallAndStoresTheOthers() {
    CoalescingCache<String, String> checked =
        caches.track(
            CoalescingCache.builder()
                .identity((String value) -> value.toLowerCase(Locale.ROOT))
                .build());
    CompletableFuture<Map<String, String>> future =
        checked.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    FetchHandle<String> b = checked.getOrFetch("b", unused.async());

    bulk.run().answers.complete(Map.of("a", "X", "b", "B"));

    assertThat(Eventually.failure(future)).isInstanceOf(IdentityMismatchException.class);
    assertThat(Eventually.value(b)).isEqualTo("B");
    assertThat(checked.asMap()).isEqualTo(Map.of("b", "B"));
  }

  @Test
  void allKeysAreSettledBeforeTheFirstIsPublished() {
    CoalescingCache<String, String> inline =
        caches.cache(builder -> builder.continuationExecutor(Runnable::run));
    CompletableFuture<Map<String, String>> future =
        inline.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    FetchHandle<String> a = inline.getOrFetch("a", unused.async());
    FetchHandle<String> b = inline.getOrFetch("b", unused.async());
    future.cancel(true);
    CompletableFuture<Void> onA = a.thenRun(() -> b.cancel(true));
    CompletableFuture<Boolean> onB = b.handle((value, failure) -> a.cancel(true));

    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));

    Eventually.until("both are done", () -> onA.isDone() && onB.isDone());
    assertThat(inline.asMap()).isEqualTo(Map.of("a", "A", "b", "B"));
    assertThat(inline.stats().abandonedCount()).isZero();
    assertThat(bulk.run().isCancelled()).isFalse();
  }
}
