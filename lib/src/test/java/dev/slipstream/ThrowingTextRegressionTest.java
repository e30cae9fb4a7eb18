package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keys that cannot say what they are, and failures that cannot, once did to a flight. */
class ThrowingTextRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final Key bad = new Key();

  /** A key without a text. */
  private static final class Key {
    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  /** A failure without a message. */
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }
  }

  private CoalescingCache<Object, String> cache() {
    return caches.track(CoalescingCache.builder().recordStats().build());
  }

  private static AsyncLoader<Object, String> never() {
    return (key, context) -> new CompletableFuture<>();
  }

  private static AsyncLoader<Object, String> from(CompletionStage<String> stage) {
    return (key, context) -> stage;
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeAFetchWhoseLoaderDies() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    FetchHandle<String> handle = cache().getOrFetch(bad, from(stage));

    stage.completeExceptionally(new AssertionError("dead"));

    assertThat(Eventually.failure(handle)).isInstanceOf(LoaderPanicException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeAFetchWhoseLoaderIsCancelled() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    FetchHandle<String> handle = cache().getOrFetch(bad, from(stage));

    stage.cancel(true);

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeAFetchWithoutAStage() {
    CoalescingCache<Object, String> cache = cache();
    AsyncLoader<Object, String> nothing = (key, context) -> null;

    FetchHandle<String> handle = cache.getOrFetch(bad, nothing);

    assertThat(Eventually.failure(handle)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeABulkFetchWithoutAMap() {
    CoalescingCache<Object, String> cache = cache();

    CompletableFuture<Map<Object, String>> future =
        cache.getAllOrFetch(
            List.of(bad, "good"), (keys, context) -> CompletableFuture.completedFuture(null));

    assertThat(Eventually.failure(future)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeAFetchThatTimesOut() {
    CoalescingCache<Object, String> cache =
        caches.track(
            CoalescingCache.builder().recordStats().fetchTimeout(Duration.ofMillis(20)).build());

    FetchHandle<String> handle = cache.getOrFetch(bad, never());

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeAFetchThatIsRejected() {
    CoalescingCache<Object, String> cache =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    })
                .build());
    Loader<Object, String> blocking = key -> "v";

    FetchHandle<String> handle = cache.getOrFetch(bad, blocking);

    assertThat(Eventually.failure(handle)).isInstanceOf(FetchRejectedException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotWedgeAFetchOfAnotherKeysValue() {
    CoalescingCache<Object, String> cache =
        caches.track(
            CoalescingCache.builder()
                .recordStats()
                .<Object, String>identity(value -> "other")
                .build());

    FetchHandle<String> handle =
        cache.getOrFetch(bad, from(CompletableFuture.completedFuture("v")));

    assertThat(Eventually.failure(handle)).isInstanceOf(IdentityMismatchException.class);
  }

  @Test
  void aKeyWithoutATextIsNoObstacleToABlockingCaller() {
    CoalescingCache<Object, String> cache = cache();
    IllegalStateException failure = new IllegalStateException("down");
    Loader<Object, String> failing =
        key -> {
          throw failure;
        };

    assertThat(Caller.start(() -> cache.get(bad, failing)).failure())
        .isInstanceOf(FetchException.class)
        .hasCause(failure);
    Caller<String> hasty =
        Caller.start(
            () ->
                cache.get(
                    bad, key -> new CompletableFuture<String>().get(), Duration.ofMillis(10)));
    assertThat(hasty.failure()).isInstanceOf(FetchTimeoutException.class);
  }

  @Test
  void aKeyWithoutATextDoesNotKeepCloseFromNotifyingOthers() {
    CoalescingCache<Object, String> cache = cache();
    FetchHandle<String> first = cache.getOrFetch("first", never());
    FetchHandle<String> wordless = cache.getOrFetch(bad, never());
    FetchHandle<String> last = cache.getOrFetch("last", never());

    assertThatCode(cache::close).doesNotThrowAnyException();

    assertThat(List.of(first, wordless, last))
        .allSatisfy(
            handle ->
                assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class));
  }

  @Test
  void anInsertFailureWithoutAMessageDoesNotWedgeTheFetch() {
    InsertCallback<Object, String> insert =
        (key, fetched, current) -> {
          throw new Mute();
        };
    CoalescingCache<Object, String> cache =
        caches.track(CoalescingCache.builder().recordStats().onInsert(insert).build());

    FetchHandle<String> handle =
        cache.getOrFetch("k", from(CompletableFuture.completedFuture("v")));

    assertThat(Eventually.failure(handle)).isInstanceOf(InsertFailedException.class);
  }

  @Test
  void anAbortCauseWithoutAMessageDoesNotWedgeTheFetch() {
    CoalescingCache<Object, String> cache = cache();
    FetchHandle<String> handle = cache.getOrFetch("k", never());

    assertThat(cache.abort("k", new Mute())).isTrue();

    assertThat(Eventually.failure(handle)).hasRootCauseInstanceOf(Mute.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKeyWhoseHashCodeThrowsLeavesNoFlightThatNobodyLaunched(boolean duringBulk) {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<HookedKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          CompletableFuture<Map<HookedKey, String>> running =
              duringBulk
                  ? cache.getAllOrFetch(
                      List.of(HookedKey.plain("o")), (keys, context) -> new CompletableFuture<>())
                  : new CompletableFuture<>();
          HookedKey key = brokenAt(n);
          AtomicInteger starts = new AtomicInteger();
          AsyncLoader<HookedKey, String> loader =
              (k, context) -> {
                starts.incrementAndGet();
                return new CompletableFuture<>();
              };
          FetchHandle<String> handle = null;
          try {
            handle = cache.getOrFetch(key.arm(), loader);
          } catch (IllegalStateException e) {
            assertThat(e).hasMessage("no hash");
          }
          key.disarm();

          FetchHandle<String> next = cache.getOrFetch(HookedKey.plain("x"), loader);
          assertThat(next.isDone() || starts.get() > 0).as("launched, at %d", n).isTrue();
          next.cancel(true);
          if (handle != null) {
            handle.cancel(true);
          }
          running.cancel(true);
          assertThat(cache.inFlight()).as("left, at %d", n).isEmpty();
          return key.hasRun();
        });
  }

  private static HookedKey brokenAt(int n) {
    return new HookedKey(
        "x",
        n,
        () -> {
          throw new IllegalStateException("no hash");
        });
  }

  @Test
  void aPrefetchThatFailsWithoutAMessageThrowsNothing() {
    CoalescingCache<Object, String> cache = cache();
    AsyncLoader<Object, String> failing =
        (key, context) -> {
          throw new Mute();
        };

    assertThatCode(() -> cache.prefetch("k", failing)).doesNotThrowAnyException();
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aBulkCallOfAKeyWhoseHashCodeThrowsLeavesNoFlight() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<HookedKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          HookedKey key = brokenAt(n).arm();
          CompletableFuture<Map<HookedKey, String>> future = new CompletableFuture<>();
          try {
            future =
                cache.getAllOrFetch(
                    List.of(HookedKey.plain("a"), key, HookedKey.plain("c")),
                    (keys, context) -> new CompletableFuture<>());
          } catch (IllegalStateException e) {
            assertThat(e).hasMessage("no hash");
          }
          key.disarm();
          future.cancel(true);

          Eventually.until("all have left, at " + n, () -> cache.inFlight().isEmpty());
          return key.hasRun();
        });
  }
}
