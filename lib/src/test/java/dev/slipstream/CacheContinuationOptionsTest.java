package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipstream.latch.Continuation;
import dev.slipstream.latch.ContinuationOptions;
import dev.slipstream.latch.ContinuationQueue;
import dev.slipstream.latch.ContinuationRefusedException;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.OverflowPolicy;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each option of a continuation holds at each of the cache's entry points, before and after the
 * end.
 */
class CacheContinuationOptionsTest {
  private static final ContinuationOptions DEFAULTS = ContinuationOptions.defaults();

  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();

  /** Where a continuation is registered for the key "k", which is in flight or cached. */
  enum At {
    KEY {
      @Override
      Registration register(
          CoalescingCache<String, String> cache,
          FetchHandle<String> handle,
          String name,
          ContinuationOptions options,
          Continuation<String> continuation) {
        return cache.onComplete("k", name, options, continuation);
      }
    },
    HANDLE {
      @Override
      Registration register(
          CoalescingCache<String, String> cache,
          FetchHandle<String> handle,
          String name,
          ContinuationOptions options,
          Continuation<String> continuation) {
        return handle.onComplete(name, options, continuation);
      }
    };

    abstract Registration register(
        CoalescingCache<String, String> cache,
        FetchHandle<String> handle,
        String name,
        ContinuationOptions options,
        Continuation<String> continuation);
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void aFailureReachesTheOneRegisteredForIt(At at) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    at.register(cache, handle, "success", DEFAULTS.onlyOnSuccess(), outcomes::add);
    at.register(cache, handle, "failure", DEFAULTS.onlyOnFailure(), outcomes::add);
    IOException failure = new IOException("down");
    loader.run().fail(failure);

    Eventually.until("delivered", () -> !outcomes.isEmpty());
    assertThat(outcomes).containsExactly(new Outcome.Failure<>(failure));
    assertThat(Eventually.failure(handle)).isSameAs(failure);
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void aTimeoutInterruptsItsThreadAndNobodyElse(At at) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    AtomicBoolean interrupted = new AtomicBoolean();
    at.register(
        cache,
        handle,
        "stuck",
        DEFAULTS.timeout(Duration.ofMillis(1)),
        outcome -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.set(true);
            throw e;
          }
        });
    at.register(cache, handle, "peer", DEFAULTS, outcomes::add);
    loader.run().complete("v");

    Eventually.until("the peer gets it", () -> !outcomes.isEmpty());
    Eventually.until("interrupted", interrupted::get);
    Eventually.until("logged once", () -> log.warnings().size() == 1);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("'stuck'", "key k");
    assertThat(handle).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void oneThatThrowsIsTriedAgainSoOftenAndLoggedOnce(At at) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    at.register(cache, handle, "mail", DEFAULTS.retries(2, Duration.ofMillis(1)), this::fails);
    loader.run().complete("v");

    Eventually.until("logged", () -> !log.warnings().isEmpty());
    assertThat(runs).hasValue(3);
    assertThat(log.warnings()).hasSize(1);
    assertThat(handle).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void onACachedKeyItIsTriedAgainToo(At at) {
    cache.put("k", "v");
    FetchHandle<String> hit = cache.getOrFetch("k", loader.async());

    assertThat(at.register(cache, hit, "mail", DEFAULTS.retries(1, Duration.ZERO), this::fails))
        .isEqualTo(Registration.RAN_NOW);
    Eventually.until("logged", () -> !log.warnings().isEmpty());
    assertThat(runs).hasValue(2);
  }

  private void fails(Outcome<? extends String> outcome) throws IOException {
    runs.incrementAndGet();
    throw new IOException("the mail server is down");
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void aFullQueueThatDropsRunsWhatHasAPlace(At at) {
    ContinuationQueue queue = ContinuationQueue.create(2, 1, OverflowPolicy.DROP);
    CountDownLatch release = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    for (int i = 0; i < 5; i++) {
      at.register(
          cache,
          handle,
          "c" + i,
          DEFAULTS.queue(queue),
          outcome -> {
            Eventually.opens(release);
            outcomes.add(outcome);
          });
    }
    assertThat(queue.size()).as("none has a place before the outcome is known").isZero();
    loader.run().complete("v");
    assertThat(queue.overflowCount()).isEqualTo(3);
    assertThat(queue.size()).isEqualTo(2);
    release.countDown();

    Eventually.until("the queue is empty", () -> queue.size() == 0);
    assertThat(outcomes).hasSize(2);
    assertThat(handle).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void aFullQueueMayHaveTheCompletingThreadRunThem(At at) {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.CALLER_RUNS);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<Thread> overflowed = new AtomicReference<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    at.register(
        cache, handle, "first", DEFAULTS.queue(queue), outcome -> Eventually.opens(release));
    at.register(
        cache,
        handle,
        "second",
        DEFAULTS.queue(queue),
        outcome -> overflowed.set(Thread.currentThread()));
    loader.run().complete("v");

    assertThat(overflowed).hasValue(Thread.currentThread());
    assertThat(queue.overflowCount()).isEqualTo(1);
    release.countDown();
    Eventually.until("the queue is empty", () -> queue.size() == 0);
    assertThat(handle).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void aFullQueueThatRefusesHasChangedNothing(At at) {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    at.register(cache, handle, "first", DEFAULTS.queue(queue), outcomes::add);
    int before = cache.inFlight().get(0).continuations();

    assertThatExceptionOfType(ContinuationRefusedException.class)
        .isThrownBy(
            () -> at.register(cache, handle, "second", DEFAULTS.queue(queue), outcomes::add));
    assertThat(cache.inFlight().get(0).continuations()).isEqualTo(before);
    assertThat(at.register(cache, handle, "first", DEFAULTS.queue(queue), outcomes::add))
        .as("one that replaces takes over the place")
        .isEqualTo(Registration.REPLACED);
    loader.run().complete("v");
    Eventually.until("the queue is empty", () -> queue.size() == 0);
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void placesAreGivenBackHoweverTheFetchEnds() {
    ContinuationQueue queue = ContinuationQueue.create(1, 1, OverflowPolicy.REFUSE);
    ContinuationOptions wanted = DEFAULTS.onlyOnSuccess().queue(queue);
    for (int i = 0; i < 6; i++) {
      FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
      assertThat(cache.onComplete("k", "c", wanted, outcomes::add)).isEqualTo(Registration.ADDED);
      assertThat(queue.size()).isEqualTo(1);
      switch (i) {
        case 0 -> handle.cancel(true);
        case 1 -> loader.run(i).fail(new IOException("down"));
        case 2 -> cache.abort("k", new IOException("enough"));
        case 3 -> cache.removeOnComplete("k", "c");
        case 4 -> {
          cache.invalidate("k");
          loader.run(i).complete("v");
        }
        default -> cache.close();
      }
      Eventually.until("the place is free after end " + i, () -> queue.size() == 0);
      handle.cancel(true);
    }
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
  }

  @Test
  void badOptionsAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.timeout(Duration.ZERO))
        .withMessageContaining("timeout");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.retries(-1, Duration.ZERO))
        .withMessageContaining("retries");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.retries(1, Duration.ofNanos(-1)))
        .withMessageContaining("delay");
  }
}
