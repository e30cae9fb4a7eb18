package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G19, interrupt hygiene: an interrupt meant for an abandoned loader never reaches its thread's
 * next task, only a flag that the cache set is cleared, and a blocking caller that is interrupted
 * leaves, keeps its flag and harms nobody.
 */
class G19InterruptHygieneTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ExecutorService oneThread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "loader");
            thread.setDaemon(true);
            return thread;
          });
  private final CoalescingCache<String, String> onOneThread =
      caches.cache(builder -> builder.executor(oneThread));
  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @AfterEach
  void stop() {
    oneThread.shutdownNow();
  }

  @Test
  void anInterruptThatTheLoaderDidNotNoticeIsGoneWhenItEnds() {
    CountDownLatch started = new CountDownLatch(1);
    FetchHandle<String> handle =
        onOneThread.getOrFetch(
            "k",
            key -> {
              started.countDown();
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
              return "late";
            });
    Future<Boolean> next = oneThread.submit(() -> Thread.currentThread().isInterrupted());
    Eventually.opens(started);

    handle.cancel(true);

    assertThat(Eventually.value(next)).isFalse();
  }

  @Test
  void anInterruptNeverReachesTheThreadsNextTask() {
    int strays = 0;
    for (int i = 0; i < 2_000; i++) {
      CountDownLatch started = new CountDownLatch(1);
      AtomicBoolean mayEnd = new AtomicBoolean();
      FetchHandle<String> handle =
          onOneThread.getOrFetch("k" + i, key -> spinUntil(started, mayEnd));
      Future<Boolean> next = oneThread.submit(G19InterruptHygieneTest::isInterruptedSoon);
      Eventually.opens(started);

      mayEnd.set(true);
      handle.cancel(true);

      strays += Eventually.value(next) ? 1 : 0;
    }
    assertThat(strays).as("interrupts that reached the next task").isZero();
  }

  private static String spinUntil(CountDownLatch started, AtomicBoolean mayEnd) {
    started.countDown();
    while (!mayEnd.get()) {
      Thread.onSpinWait();
    }
    return "v";
  }

  /** Gives a stray interrupt some time to arrive. */
  private static boolean isInterruptedSoon() {
    for (int i = 0; i < 1_000; i++) {
      if (Thread.interrupted()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  @Test
  void aFlagThatTheLoaderSetItselfStays() {
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    CoalescingCache<String, String> observed =
        caches.cache(
            builder ->
                builder.executor(
                    task ->
                        Caller.start(
                            () -> {
                              task.run();
                              return flag.complete(Thread.currentThread().isInterrupted());
                            })));
    FetchHandle<String> handle =
        observed.getOrFetch(
            "k",
            key -> {
              Thread.currentThread().interrupt();
              return "v";
            });

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(Eventually.value(flag)).isTrue();
  }

  @Test
  void aFlagThatTheCallerBroughtStaysThoughTheLoaderRunsOnItsThread() {
    CoalescingCache<String, String> sameThread =
        caches.cache(builder -> builder.executor(Runnable::run));
    AtomicBoolean seen = new AtomicBoolean();
    Caller<String> caller =
        Caller.start(
            () -> {
              Thread.currentThread().interrupt();
              FetchHandle<String> handle =
                  sameThread.getOrFetch(
                      "k",
                      key -> {
                        seen.set(Thread.currentThread().isInterrupted());
                        return "v";
                      });
              return handle.getNow("not yet");
            });

    assertThat(caller.value()).isEqualTo("v");
    assertThat(seen).isTrue();
    assertThat(caller.wasInterruptedAfterwards()).isTrue();
  }

  @Test
  void theFlagOfATimeoutDoesNotStayWithTheCallerThatRanTheLoader() {
    CoalescingCache<String, String> sameThread =
        caches.cache(
            builder -> builder.executor(Runnable::run).fetchTimeout(Duration.ofMillis(20)));
    Caller<String> caller =
        Caller.start(
            () ->
                sameThread.get(
                    "k",
                    key -> {
                      while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                      }
                      return "late";
                    }));

    assertThat(caller.failure()).isInstanceOf(FetchTimeoutException.class);
    assertThat(caller.wasInterruptedAfterwards()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = EntryPoint.class,
      names = {"BLOCKING", "BLOCKING_BULK"})
  void anInterruptedCallerLeavesKeepsItsFlagAndHarmsNobody(EntryPoint entryPoint) {
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    Entry<String> entry = entryPoint.enter(cache, "k", new ControlledLoader<>());
    Caller<String> caller = ((Entry.OfThread<String>) entry).caller();

    caller.interrupt();

    assertThat(caller.failure())
        .isInstanceOf(FetchException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(caller.wasInterruptedAfterwards()).isTrue();
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    loader.run().complete("v");
    assertThat(Eventually.value(peer)).isEqualTo("v");
  }

  @Test
  void aCallerThatComesInterruptedDoesNotWait() {
    Loader<String, String> blocking = loader.blocking();
    Caller<String> caller =
        Caller.start(
            () -> {
              Thread.currentThread().interrupt();
              return cache.get("k", blocking);
            });

    assertThat(caller.failure())
        .isInstanceOf(FetchException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(caller.wasInterruptedAfterwards()).isTrue();
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  @Test
  void aCallerThatComesInterruptedStillGetsWhatIsCached() {
    cache.put("k", "cached");
    BulkLoader<String, String> bulk = loader.bulk();
    Caller<List<String>> caller =
        Caller.start(
            () -> {
              Thread.currentThread().interrupt();
              return List.of(
                  cache.getAll(List.of("k"), bulk).get("k"),
                  cache.get("k", key -> "never"),
                  cache.get("k", key -> "never", Duration.ofSeconds(30)));
            });

    assertThat(caller.value()).containsExactly("cached", "cached", "cached");
    assertThat(caller.wasInterruptedAfterwards()).isTrue();
  }
}
