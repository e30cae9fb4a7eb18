package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A handle's {@code await} waits and throws as {@code cache.get} does. */
class AwaitTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void itReturnsTheValueOnceItIsThere() throws Exception {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    Caller<String> caller = Caller.start(handle::await);
    Eventually.until("the caller waits", () -> handle.getNumberOfDependents() > 0);
    loader.run(0).complete("v");

    assertThat(caller.value()).isEqualTo("v");
    assertThat(handle.await(LONG)).isEqualTo("v");
    assertThat(cache.getOrFetch("k", loader.async()).await()).isEqualTo("v");
    assertThat(cache.getOrFetch("k", loader.async()).await(Duration.ZERO)).isEqualTo("v");
  }

  @Test
  void anAbsentValueIsNull() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run(0).complete(null);

    assertThat(handle.await()).isNull();
  }

  @Test
  void aFailureOfTheLoadersIsTheCauseOfAnExceptionOfTheCallersOwn() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    IOException failure = new IOException("no");
    loader.run(0).fail(failure);

    FetchException first = catchThrowableOfType(FetchException.class, handle::await);
    FetchException second = catchThrowableOfType(FetchException.class, () -> handle.await(LONG));
    assertThat(first).isNotSameAs(second).hasCause(failure);
    assertThat(first.key()).isEqualTo("k");
    assertThat(second).hasCause(failure);
  }

  @Test
  void aFailureOfTheLibrarysKeepsItsType() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.close();

    assertThatThrownBy(handle::await).isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(cache.getOrFetch("k", loader.async())::await)
        .isInstanceOf(CacheClosedException.class);
    assertThatThrownBy(() -> cache.getOrFetch("k", loader.async()).await(LONG))
        .isInstanceOf(CacheClosedException.class);
  }

  @Test
  void anInterruptLeavesAndKeepsTheFlag() throws Exception {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    Caller<Boolean> caller =
        Caller.start(
            () -> {
              assertThatThrownBy(handle::await)
                  .isInstanceOf(FetchException.class)
                  .hasCauseInstanceOf(InterruptedException.class);
              return Thread.interrupted();
            });
    Eventually.until("the caller waits", () -> handle.getNumberOfDependents() > 0);
    caller.interrupt();

    assertThat(caller.value()).isTrue();
    assertThat(handle).isCancelled();
    assertThat(cache.awaiterCount()).isEqualTo(1);
    loader.run(0).complete("v");
    assertThat(peer).isCompletedWithValue("v");
  }

  @Test
  void aTimeoutLeaves() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThatThrownBy(() -> handle.await(Duration.ofMillis(5)))
        .isInstanceOf(FetchTimeoutException.class)
        .hasMessageContaining("key k");
    assertThat(handle).isCancelled();
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aTimeoutOfZeroLeavesAtOnce() {
    for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

      assertThatThrownBy(() -> handle.await(none)).isInstanceOf(FetchTimeoutException.class);
      assertThat(handle).isCancelled();
    }
  }

  @Test
  void aHandleThatItsCallerHasCancelledFailsWithTheCancellation() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.cancel(true);

    assertThatThrownBy(handle::await)
        .isInstanceOf(FetchException.class)
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void aHandleThatItsCallerHasCompletedGivesThat() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> failed = cache.getOrFetch("k", loader.async());
    IOException own = new IOException("own");
    handle.complete("own");
    failed.completeExceptionally(own);

    assertThat(handle.await()).isEqualTo("own");
    assertThatThrownBy(failed::await).isInstanceOf(FetchException.class).hasCause(own);
  }

  @Test
  void aWaitOfALoadForItselfIsRefused() {
    CoalescingCache<String, String> inline =
        caches.cache(builder -> builder.executor(Runnable::run));

    FetchHandle<String> handle =
        inline.getOrFetch(
            "k", key -> inline.refresh("k", (Loader<String, String>) same -> "v").await());

    assertThatThrownBy(handle::await).isInstanceOf(RecursiveFetchException.class);
  }

  @Test
  void aNullTimeoutIsNamed() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> hit = cache.getOrFetch("k", loader.async());
    loader.run(0).complete("v");
    cache.close();

    for (FetchHandle<String> each : List.of(handle, hit, cache.getOrFetch("x", loader.async()))) {
      assertThatNullPointerException().isThrownBy(() -> each.await(null)).withMessage("timeout");
    }
  }

  @Test
  void anAsynchronousCompletionWhoseSupplierThrowsIsWrappedAsTheJdkDoes() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    IllegalStateException failure = new IllegalStateException("supplier");
    CompletableFuture<String> same =
        handle.completeAsync(
            () -> {
              throw failure;
            },
            Runnable::run);

    assertThatThrownBy(same::join).isInstanceOf(CompletionException.class).hasCause(failure);
    assertThat(handle.handle((value, thrown) -> thrown).join())
        .isInstanceOf(CompletionException.class)
        .hasCause(failure);
  }
}
