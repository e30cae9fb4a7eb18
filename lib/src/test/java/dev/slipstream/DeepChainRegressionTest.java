package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fetches that complete each other on one stack once overflowed it within the lock of the pool that
 * all caches share: from then on no cache of the process had a timeout.
 */
class DeepChainRegressionTest {
  /** Too small for a hundred steps: it overflows, in anybody's code. */
  private static final long SMALL_STACK = 128 * 1024;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aChainReachesItsEndOrCloseEndsItAndTimeoutsStillCome(boolean closes) throws Exception {
    CoalescingCache<String, String> chained =
        CoalescingCache.builder().continuationExecutor(Runnable::run).build();
    ConcurrentHashMap<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    int length = 5_000;
    List<FetchHandle<String>> handles = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      FetchHandle<String> handle =
          chained.getOrFetch(
              "k" + i,
              (key, context) -> answers.computeIfAbsent(key, k -> new CompletableFuture<>()));
      String next = "k" + (i + 1);
      chained.onComplete(
          "k" + i,
          "completes the next",
          outcome -> {
            CompletableFuture<String> following = answers.get(next);
            if (following != null) {
              following.complete(next);
            }
          });
      handles.add(handle);
    }
    CountDownLatch over = new CountDownLatch(1);
    Runnable first =
        () -> {
          answers.get("k0").complete("v");
          over.countDown();
        };
    Thread completer = new Thread(null, first, "completer", closes ? SMALL_STACK : 0);
    completer.setDaemon(true);
    completer.start();
    if (closes) {
      chained.close();
    }
    for (FetchHandle<String> handle : handles) {
      Eventually.until("the handle is done", handle::isDone);
      assertThat(handle.isCompletedExceptionally() && !closes).isFalse();
    }
    Eventually.opens(over);

    CoalescingCache<String, String> other =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMillis(50)));
    FetchHandle<String> late = other.getOrFetch("k", new ControlledLoader<String>().async());
    assertThat(Eventually.failure(late)).isInstanceOf(FetchTimeoutException.class);
    CompletableFuture<String> timed = new CompletableFuture<>();
    assertThat(
            Eventually.failure(
                other.getOrFetch("l", (key, context) -> timed).orTimeout(1, TimeUnit.MILLISECONDS)))
        .isNotNull();
  }
}
