package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.google.common.util.concurrent.AbstractFuture;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.ListeningExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Loaders made of functions that return Guava's futures, as gRPC's stubs do. */
class ListenableLoaderTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final SettableFuture<String> future = SettableFuture.create();
  private final AsyncLoader<String, String> loader =
      AsyncLoader.ofListenable((key, context) -> future);

  @Test
  void itsValueIsTheFetchs() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader);
    assertThat(handle).isNotDone();

    future.set("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void oneThatIsDoneAlreadyGivesADoneHandle() {
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k", AsyncLoader.ofListenable((key, context) -> Futures.immediateFuture(key + "!")));

    assertThat(handle).isCompletedWithValue("k!");
  }

  @Test
  void nullMeansAbsent() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader);
    future.set(null);

    assertThat(Eventually.value(handle)).isNull();
    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void itsFailureIsDeliveredBare() {
    IOException failure = new IOException("down");
    FetchHandle<String> handle = cache.getOrFetch("k", loader);

    future.setException(failure);

    assertThat(Eventually.failure(handle)).isSameAs(failure);
  }

  @Test
  void itsErrorIsAPanic() {
    Error error = new LinkageError("torn");
    FetchHandle<String> handle = cache.getOrFetch("k", loader);

    future.setException(error);

    assertThat(Eventually.failure(handle))
        .isExactlyInstanceOf(LoaderPanicException.class)
        .hasCause(error);
  }

  @Test
  void itsOwnCancellationMakesNoCallerCancelled() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader);

    future.cancel(true);

    assertThat(Eventually.failure(handle))
        .isExactlyInstanceOf(FetchException.class)
        .hasCauseInstanceOf(CancellationException.class);
    assertThat(handle.isCancelled()).isFalse();
  }

  @Test
  void theLastLeaveCancelsItBeforeItReturns() {
    FetchHandle<String> one = cache.getOrFetch("k", loader);
    FetchHandle<String> two = cache.getOrFetch("k", loader);

    one.cancel(true);
    assertThat(future.isCancelled()).isFalse();
    two.cancel(true);

    assertThat(future.isCancelled()).isTrue();
  }

  @Test
  void theThreadThatComputesItIsInterrupted() {
    InterruptibleFuture interruptible = new InterruptibleFuture();
    FetchHandle<String> handle =
        cache.getOrFetch("k", AsyncLoader.ofListenable((key, context) -> interruptible));

    handle.cancel(true);

    assertThat(interruptible.interrupted).isTrue();
  }

  @Test
  void aTaskOfAListeningExecutorIsInterrupted() {
    ListeningExecutorService service =
        MoreExecutors.listeningDecorator(Executors.newSingleThreadExecutor());
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            AsyncLoader.ofListenable(
                (key, context) ->
                    service.submit(
                        () -> {
                          started.countDown();
                          try {
                            new CountDownLatch(1).await();
                            return "never";
                          } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                          }
                        })));
    Eventually.opens(started);

    handle.cancel(true);

    Eventually.opens(interrupted);
    service.shutdownNow();
  }

  @Test
  void aFunctionThatReturnsNullIsTheLoadersFault() {
    AsyncLoader<String, String> broken =
        AsyncLoader.ofListenable((key, context) -> (ListenableFuture<String>) null);
    FetchHandle<String> handle = cache.getOrFetch("k", broken);

    assertThat(Eventually.failure(handle)).isInstanceOf(NullPointerException.class);
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  @Test
  void aFunctionThatThrowsFailsTheFetch() {
    IllegalStateException failure = new IllegalStateException("at once");
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            AsyncLoader.<String, String>ofListenable(
                (key, context) -> {
                  throw failure;
                }));

    assertThat(Eventually.failure(handle)).isSameAs(failure);
  }

  @Test
  void theFunctionGetsTheContext() {
    AtomicBoolean abandoned = new AtomicBoolean(true);
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            AsyncLoader.ofListenable(
                (key, context) -> {
                  abandoned.set(context.isAbandoned());
                  return Futures.submit(() -> "v", context);
                }));

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(abandoned).isFalse();
  }

  @Test
  void noFunctionIsRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> AsyncLoader.ofListenable(null))
        .withMessageContaining("function");
  }

  /** A future that notes whether it was cancelled with an interrupt. */
  private static final class InterruptibleFuture extends AbstractFuture<String> {
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @Override
    protected void interruptTask() {
      interrupted.set(true);
    }
  }
}
