package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.ContinuationQueue;
import dev.slipstream.latch.ContinuationRefusedException;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.OverflowPolicy;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cache's entry points for continuations take options, by key and by handle. */
class ContinuationOptionsTest {
  private static final ContinuationOptions ON_SUCCESS =
      ContinuationOptions.defaults().onlyOnSuccess();
  private static final ContinuationOptions ON_FAILURE =
      ContinuationOptions.defaults().onlyOnFailure();

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final ManualExecutor tasks = new ManualExecutor();
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.continuationExecutor(tasks));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void byKeyAndByHandleEachReceivesWhatItIsRegisteredFor() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(cache.onComplete("k", "success", ON_SUCCESS, outcomes::add))
        .isEqualTo(Registration.ADDED);
    assertThat(cache.onCompleteOrThrow("k", "failure", ON_FAILURE, outcomes::add))
        .isEqualTo(Registration.ADDED);
    assertThat(handle.onComplete("success", ON_SUCCESS, outcomes::add))
        .isEqualTo(Registration.ADDED);
    assertThat(handle.onComplete("failure", ON_FAILURE, outcomes::add))
        .isEqualTo(Registration.ADDED);

    loader.run().complete("v");
    tasks.runAll();

    assertThat(handle).isCompletedWithValue("v");
    assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Success<>("v"));
  }

  @Test
  void anAbandonedFetchIsNeitherASuccessNorAFailure() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "success", ON_SUCCESS, outcomes::add);
    cache.onComplete("k", "failure", ON_FAILURE, outcomes::add);
    handle.onComplete("any", outcomes::add);

    handle.cancel(true);
    tasks.runAll();

    assertThat(outcomes).containsExactly(new Outcome.Abandoned<>());
  }

  @Test
  void onACachedKeyAndOnAHitOptionsHoldToo() {
    cache.put("k", "v");
    FetchHandle<String> hit = cache.getOrFetch("k", loader.async());

    assertThat(cache.onComplete("k", "c", ON_FAILURE, outcomes::add))
        .isEqualTo(Registration.RAN_NOW);
    assertThat(hit.onComplete("c", ON_FAILURE, outcomes::add)).isEqualTo(Registration.RAN_NOW);
    assertThat(tasks.size()).isZero();
    cache.onComplete("k", "c", ON_SUCCESS, outcomes::add);
    hit.onComplete("c", ON_SUCCESS, outcomes::add);
    tasks.runAll();

    assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Success<>("v"));
    AlreadyCompletedException refusal =
        catchThrowableOfType(
            AlreadyCompletedException.class,
            () -> cache.onCompleteOrThrow("k", "c", ON_SUCCESS, outcomes::add));
    assertThat(refusal.outcome()).isEqualTo(new Outcome.Success<>("v"));
    assertThat(cache.onComplete("other", "c", ON_SUCCESS, outcomes::add))
        .isEqualTo(Registration.NOT_IN_FLIGHT);
  }

  @Test
  void onAHandleOfAClosedCacheOptionsHoldToo() {
    cache.close();
    FetchHandle<String> failed = cache.getOrFetch("k", loader.async());

    failed.onComplete("success", ON_SUCCESS, outcomes::add);
    failed.onComplete("failure", ON_FAILURE, outcomes::add);
    tasks.runAll();

    assertThat(outcomes).containsExactly(new Outcome.Failure<>(Eventually.failure(failed)));
  }

  @Test
  void onTheDefaultExecutorItIsInterruptedTriedAgainAndThenSucceeds() {
    CoalescingCache<String, String> pooled = caches.cache();
    AtomicInteger runs = new AtomicInteger();
    FetchHandle<String> handle = pooled.getOrFetch("k", loader.async());
    pooled.onComplete(
        "k",
        "slow",
        ContinuationOptions.defaults().timeout(Duration.ofMillis(1)).retries(1, Duration.ZERO),
        outcome -> {
          if (runs.incrementAndGet() == 1) {
            new CountDownLatch(1).await();
          }
        });

    loader.run().complete("v");

    Eventually.passes(() -> assertThat(runs).hasValue(2));
    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void aSharedQueueRefusesAcrossKeysAndHandles() {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.REFUSE);
    ContinuationOptions queued = ContinuationOptions.defaults().queue(queue);
    FetchHandle<String> one = cache.getOrFetch("one", loader.async());
    FetchHandle<String> two = cache.getOrFetch("two", loader.async());
    cache.onComplete("one", "c", queued, outcomes::add);
    two.onComplete("c", queued, outcomes::add);

    assertThatExceptionOfType(ContinuationRefusedException.class)
        .isThrownBy(() -> cache.onComplete("two", "c", queued, outcomes::add))
        .withMessageContaining("'c'")
        .withMessageContaining("two");
    assertThat(cache.removeOnComplete("one", "c")).isTrue();
    assertThat(cache.onComplete("two", "c", queued, outcomes::add)).isEqualTo(Registration.ADDED);

    two.cancel(true);
    tasks.runAll();
    assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Abandoned<>());
    assertThat(queue.size()).isZero();
    one.cancel(true);
  }

  @Test
  void aThrowingContinuationIsLoggedWithItsKey() {
    FetchHandle<String> handle = cache.getOrFetch("key-17", loader.async());
    cache.onComplete(
        "key-17",
        "mail",
        ON_SUCCESS,
        outcome -> {
          throw new IOException("a continuation's own");
        });
    loader.run().complete("v");
    tasks.runAll();
    cache.onComplete(
        "key-17",
        "late mail",
        ON_SUCCESS,
        outcome -> {
          throw new IOException("a continuation's own");
        });
    tasks.runAll();

    assertThat(handle).isCompletedWithValue("v");
    assertThat(log.warnings()).hasSize(2);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("'mail'", "key key-17");
    assertThat(log.warnings().get(1).getFormattedMessage()).contains("'late mail'", "key key-17");
  }

  @Test
  void aFailureThatEveryContinuationFiltersOutIsLoggedAsReceivedByNone() {
    cache.prefetch("received", loader.async());
    cache.onComplete("received", "c", ON_FAILURE, outcomes::add);
    loader.run().fail(new IOException("down"));
    assertThat(log.warnings()).isEmpty();

    ControlledLoader<String> second = new ControlledLoader<>();
    cache.prefetch("unheard", second.async());
    cache.onComplete("unheard", "c", ON_SUCCESS, outcomes::add);
    second.run().fail(new IOException("down"));

    assertThat(log.warnings()).hasSize(1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("unheard");
    tasks.runAll();
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void missingOptionsAreNamed() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.put("hit", "v");
    FetchHandle<String> hit = cache.getOrFetch("hit", loader.async());

    for (FetchHandle<String> each : List.of(handle, hit)) {
      assertThatNullPointerException()
          .isThrownBy(() -> each.onComplete("c", null, outcomes::add))
          .withMessageContaining("options");
    }
    assertThatNullPointerException()
        .isThrownBy(() -> cache.onComplete("k", "c", null, outcomes::add))
        .withMessageContaining("options");
    assertThatNullPointerException()
        .isThrownBy(() -> cache.onCompleteOrThrow("k", "c", null, outcomes::add))
        .withMessageContaining("options");
    handle.cancel(true);
  }
}
