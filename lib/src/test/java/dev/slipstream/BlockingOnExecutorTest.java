package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A blocking loader with an executor of its own, and the interrupts of G19. */
class BlockingOnExecutorTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void itRunsOnThatExecutor() {
    ManualExecutor executor = new ManualExecutor();
    FetchHandle<String> handle =
        cache.getOrFetch("k", AsyncLoader.blocking((String key) -> key + "!", executor));
    assertThat(handle).isNotDone();
    executor.runAll();

    assertThat(handle).isCompletedWithValue("k!");
  }

  @Test
  void onTheCallersThreadItIsCompleteAtOnceAndSeesItsContext() {
    AtomicReference<Thread> ran = new AtomicReference<>();
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            AsyncLoader.blocking(
                (String key) -> {
                  ran.set(Thread.currentThread());
                  return FetchContext.current().key() + "!";
                },
                Runnable::run));

    assertThat(handle).isCompletedWithValue("k!");
    assertThat(ran).hasValue(Thread.currentThread());
    assertThat(FetchContext.ifCurrent()).isEmpty();
  }

  @Test
  void aQueuedRunOfAnAbandonedFetchNeverStarts() {
    ManualExecutor executor = new ManualExecutor();
    cache.getOrFetch("k", AsyncLoader.blocking(loader.blocking(), executor)).cancel(true);
    executor.runAll();

    assertThat(loader.starts()).isZero();
  }

  @Test
  void aRunThatHasBegunIsInterruptedAlsoInsideAnotherLoader() {
    AsyncLoader<String, String> inner =
        AsyncLoader.blocking(loader.blocking(), task -> new Thread(task).start());
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k", (key, context) -> inner.load(key, context).thenApply(value -> "outer " + value));
    loader.run();
    handle.cancel(true);

    loader.run().awaitCancelled();
  }

  @Test
  void anAbortInterruptsARunOnTheCallersThreadAndLeavesNoFlag() {
    Caller<Boolean> caller =
        Caller.start(
            () -> {
              FetchHandle<String> handle =
                  cache.getOrFetch("k", AsyncLoader.blocking(loader.blocking(), Runnable::run));
              boolean flag = Thread.currentThread().isInterrupted();
              Throwable failure = Eventually.failure(handle); // the abort stops the load first
              return failure instanceof FetchException && !flag;
            });
    loader.run();
    assertThat(cache.abort("k", new IOException("stop"))).isTrue();

    assertThat(caller.value()).isTrue();
    assertThat(loader.run().isCancelled()).isTrue();
  }

  @Test
  void anInterruptOfTheCallersOwnIsKept() {
    Caller<Boolean> caller =
        Caller.start(
            () -> {
              FetchHandle<String> handle =
                  cache.getOrFetch("k", AsyncLoader.blocking(loader.blocking(), Runnable::run));
              return handle.isCompletedExceptionally();
            });
    loader.run();
    caller.interrupt();

    assertThat(caller.value()).isTrue();
    assertThat(caller.wasInterruptedAfterwards()).isTrue();
  }

  @Test
  void anExecutorThatRefusesFailsTheFetch() {
    AsyncLoader<String, String> refused =
        AsyncLoader.blocking(
            loader.blocking(),
            task -> {
              throw new RejectedExecutionException("full");
            });

    assertThatThrownBy(() -> cache.getOrFetch("k", refused).await())
        .isInstanceOf(FetchRejectedException.class);
    assertThatThrownBy(
            () -> cache.getOrFetch("k", (key, context) -> refused.load(key, context)).await())
        .isInstanceOf(FetchRejectedException.class);
  }

  @Test
  void aRefreshReloadsWithTheOldValue() {
    Loader<String, String> growing =
        new Loader<>() {
          @Override
          public String load(String key) {
            return "new";
          }

          @Override
          public String reload(String key, String old) {
            return old + "er";
          }
        };
    cache.put("k", "old");

    assertThat(cache.refresh("k", AsyncLoader.blocking(growing, Runnable::run)).join())
        .isEqualTo("older");
  }

  @Test
  void aCycleThroughARunOnTheCallersThreadNamesEachKeyOnce() {
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            AsyncLoader.blocking(
                (String key) -> cache.getOrFetch("k", loader.async()).await(), Runnable::run));

    assertThatThrownBy(handle::await)
        .isInstanceOfSatisfying(
            RecursiveFetchException.class,
            failure -> assertThat(failure.toString()).contains("[k, k]").doesNotContain("k, k, k"));
  }

  @Test
  void aContextThatNoCacheHasMadeIsRefused() {
    assertThatThrownBy(() -> AsyncLoader.blocking(loader.blocking(), Runnable::run).load("k", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no cache has made");
  }

  @Test
  void nullsAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> AsyncLoader.blocking(null, Runnable::run))
        .withMessage("loader");
    assertThatNullPointerException()
        .isThrownBy(() -> AsyncLoader.blocking(loader.blocking(), null))
        .withMessage("executor");
  }
}
