package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mapped handle: its end, and that of a stage derived from it, is a leave; not deeper. */
class MapTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  interface End extends Consumer<CompletableFuture<Integer>> {}

  static Stream<End> ends() {
    return Stream.of(
        future -> assertThat(future.cancel(true)).isTrue(),
        future -> assertThat(future.complete(7)).isTrue(),
        future -> assertThat(future.completeExceptionally(new IOException("own"))).isTrue(),
        future -> future.completeAsync(() -> 7, Runnable::run));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void toEndItIsALeave(End end) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> mapped = handle.map(String::length);
    end.accept(mapped);

    assertThat(mapped).isDone();
    assertThat(handle).isCancelled();
    assertThat(loader.run(0).isCancelled()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("ends")
  void toEndAStageDerivedFromItIsALeave(End end) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> mapped = handle.map(String::length);
    CompletableFuture<Integer> derived = mapped.thenApply(length -> length);
    end.accept(derived);

    assertThat(derived).isDone();
    assertThat(handle).isCancelled();
    assertThat(mapped).isCompletedExceptionally();
    assertThat(loader.run(0).isCancelled()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("ends")
  void toEndAStageThatIsDerivedFromThatIsNoLeave(End end) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> deeper =
        handle.map(String::length).thenApply(length -> length).thenApply(length -> length);
    end.accept(deeper);

    assertThat(handle).isNotDone();
    loader.run(0).complete("v");
    assertThat(handle.join()).isEqualTo("v");
  }

  @Test
  void eachStageDerivedDirectlyLeaves() {
    for (Function<CompletableFuture<Integer>, CompletableFuture<?>> derive :
        Stream.<Function<CompletableFuture<Integer>, CompletableFuture<?>>>of(
                CompletableFuture::copy,
                mapped -> mapped.thenAccept(length -> {}),
                mapped -> mapped.handle((length, failure) -> length),
                mapped -> mapped.thenCompose(CompletableFuture::completedFuture))
            .toList()) {
      FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
      CompletableFuture<?> first = derive.apply(handle.map(String::length));

      assertThat(first.cancel(false)).isTrue();
      assertThat(first).isCancelled();
      assertThat(handle).isCancelled();
    }
  }

  @Test
  void aTimeoutOfItIsALeaveAndIsWhatItFailsWith() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> mapped =
        handle.map(String::length).orTimeout(1, TimeUnit.MILLISECONDS);

    assertThatThrownBy(mapped::get).hasCauseInstanceOf(TimeoutException.class);
    Eventually.until("its caller has left", handle::isCancelled);
    assertThat(loader.run(0).isCancelled()).isTrue();
  }

  @Test
  void aPeerIsNotTouched() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    handle.map(String::length).cancel(true);
    loader.run(0).complete("v");

    assertThat(handle).isCancelled();
    assertThat(peer).isCompletedWithValue("v");
  }

  @Test
  void itCompletesWithWhatTheFunctionMakes() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> mapped = handle.map(String::length);
    CompletableFuture<Integer> derived = mapped.thenApply(length -> length + 1);
    loader.run(0).complete("four");

    assertThat(mapped.join()).isEqualTo(4);
    assertThat(derived.join()).isEqualTo(5);
    assertThat(cache.getOrFetch("k", loader.async()).map(String::length)).isCompletedWithValue(4);
  }

  @Test
  void anAbsentValueIsGivenAsNull() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run(0).complete(null);

    assertThat(handle.map(value -> value == null ? "none" : value).join()).isEqualTo("none");
    assertThat(handle.map(value -> (String) null).join()).isNull();
  }

  @Test
  void failuresComeBare() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    IOException failure = new IOException("no");
    CompletableFuture<Integer> mapped = handle.map(String::length);
    loader.run(0).fail(failure);
    IllegalStateException own = new IllegalStateException("fn");
    cache.put("k", "v");

    assertThat(mapped.handle((value, thrown) -> thrown).join()).isSameAs(failure);
    CompletableFuture<Integer> thrower =
        cache
            .getOrFetch("k", loader.async())
            .map(
                value -> {
                  throw own;
                });
    assertThat(thrower.handle((value, thrown) -> thrown).join()).isSameAs(own);
    assertThatThrownBy(mapped::join).isInstanceOf(CompletionException.class).hasCause(failure);
  }

  @Test
  void theEndOfTheHandleReachesIt() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> mapped = handle.map(String::length);
    handle.cancel(true);

    assertThat(mapped).isCancelled();
  }

  @Test
  void toEndItAfterItsCompletionDoesNothing() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<Integer> mapped = handle.map(String::length);
    loader.run(0).complete("v");
    mapped.join();

    assertThat(mapped.cancel(true)).isFalse();
    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void aRefusedHandleFailsIt() {
    cache.close();

    assertThatThrownBy(() -> cache.getOrFetch("k", loader.async()).map(String::length).join())
        .hasCauseInstanceOf(CacheClosedException.class);
  }

  @Test
  void itsDependentsHoldUpNobodyElse() {
    CoalescingCache<String, String> slow =
        caches.cache(builder -> builder.fetchTimeout(Duration.ofMinutes(1)));
    FetchHandle<String> handle = slow.getOrFetch("k", loader.async());
    FetchHandle<String> peer = slow.getOrFetch("k", loader.async());
    CompletableFuture<String> gate = new CompletableFuture<>();
    CompletableFuture<String> blocked = handle.map(value -> gate.join());
    loader.run(0).complete("v");

    assertThat(peer).isCompletedWithValue("v");
    assertThat(blocked).isNotDone();
    gate.complete("late");
    assertThat(blocked.join()).isEqualTo("late");
  }

  @Test
  void aNullFunctionIsNamed() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThatNullPointerException().isThrownBy(() -> handle.map(null)).withMessage("fn");
    handle.cancel(true);
  }
}
