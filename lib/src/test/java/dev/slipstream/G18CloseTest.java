package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.Race;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G18, close: every caller that waits gets an exception, those on fenced flights included, the
 * loaders are cancelled, and a fetch that races close is ended by it. What every method does
 * afterwards is in {@link CloseTest}.
 */
class G18CloseTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void pendingCallersAreNotifiedAndTheirLoaderIsCancelled(EntryPoint entryPoint) {
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();

    cache.close();

    assertThat(one.failure()).isInstanceOf(CacheClosedException.class);
    assertThat(two.failure()).isInstanceOf(CacheClosedException.class);
    run.awaitCancelled();
    assertThat(run.context.isAbandoned()).isTrue();
    assertThat(cache.inFlight()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void callersOfFencedFlightsAreNotifiedToo(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();
    cache.invalidate("k");

    cache.close();

    assertThat(entry.failure()).isInstanceOf(CacheClosedException.class);
    run.awaitCancelled();
  }

  @Test
  void eachFailureNamesItsKeyAndShowsWhereTheCacheWasClosed() {
    FetchHandle<String> one = cache.getOrFetch("one", loader.async());
    FetchHandle<String> two = cache.getOrFetch("two", loader.async());

    cache.close();

    for (FetchHandle<String> handle : List.of(one, two)) {
      CacheClosedException failure = (CacheClosedException) Eventually.failure(handle);
      assertThat(failure.key()).isEqualTo(handle == one ? "one" : "two");
      assertThat(failure).hasMessageContaining("key " + failure.key());
      assertThat(methods(failure))
          .contains("close", "eachFailureNamesItsKeyAndShowsWhereTheCacheWasClosed");
    }
  }

  @Test
  void aCallerOfAClosedCacheSeesItsOwnStack() {
    cache.close();

    assertThatThrownBy(() -> cache.get("k", key -> "v"))
        .isInstanceOf(CacheClosedException.class)
        .satisfies(
            failure ->
                assertThat(methods(failure))
                    .contains("get", "aCallerOfAClosedCacheSeesItsOwnStack"));
  }

  private static List<String> methods(Throwable failure) {
    return Stream.of(failure.getStackTrace()).map(StackTraceElement::getMethodName).toList();
  }

  @Test
  void aPrefetchIsCancelledToo() {
    cache.prefetch("k", loader.async());

    cache.close();

    loader.run().awaitCancelled();
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void continuationsAndHooksHearOfIt() {
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    AtomicInteger hooks = new AtomicInteger();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().context.onAbandon(hooks::incrementAndGet);
    handle.onComplete("c", outcomes::add);
    cache.onComplete("k", "c", outcomes::add);

    cache.close();

    Eventually.passes(() -> assertThat(outcomes).hasSize(2));
    assertThat(outcomes)
        .allSatisfy(
            outcome -> {
              assertThat(outcome).isInstanceOf(Outcome.Failure.class);
              assertThat(((Outcome.Failure<?>) outcome).cause())
                  .isInstanceOf(CacheClosedException.class);
            });
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @Test
  void aLateResultIsNotStored() {
    CompletableFuture<String> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> stubborn);
    cache.close();

    stubborn.complete("late");

    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aFlightWhoseInsertCallbackIsStuckIsEndedAndItsValueNotStored() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          inside.countDown();
          Eventually.opens(mayReturn);
          return fetched;
        };
    CoalescingCache<String, String> inserting =
        caches.track(CoalescingCache.builder().onInsert(insert).build());
    FetchHandle<String> handle = inserting.getOrFetch("k", loader.async());
    Caller<Boolean> completer = Caller.start(() -> loader.run().answer.complete("v"));
    Eventually.opens(inside);

    inserting.close();
    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    mayReturn.countDown();

    assertThat(completer.value()).isTrue();
    assertThat(inserting.getIfPresent("k")).isNull();
  }

  @Test
  void aLoaderThatIsStillQueuedNeverStarts() {
    ManualExecutor executor = new ManualExecutor();
    CoalescingCache<String, String> queueing = caches.cache(builder -> builder.executor(executor));
    FetchHandle<String> handle = queueing.getOrFetch("k", loader.blocking());

    queueing.close();
    executor.runAll();

    assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
    assertThat(loader.starts()).isZero();
  }

  @Test
  void aFetchThatRacesCloseIsEndedByItOrRefused() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 500); i++) {
        CoalescingCache<String, String> closing = caches.cache();
        CompletableFuture<String> promise = new CompletableFuture<>();
        List<FetchHandle<String>> handles = new CopyOnWriteArrayList<>();
        race.run(
            closing::close, () -> handles.add(closing.getOrFetch("k", (key, context) -> promise)));
        assertThat(Eventually.failure(handles.get(0))).isInstanceOf(CacheClosedException.class);
        assertThat(closing.inFlight()).isEmpty();
      }
    }
  }

  @Test
  void aResultThatRacesCloseIsDeliveredOrLost() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 500); i++) {
        CoalescingCache<String, String> closing = caches.cache();
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = closing.getOrFetch("k", (key, context) -> promise);
        race.run(closing::close, () -> promise.complete("v"));
        Eventually.until("the handle is done", handle::isDone);
        boolean delivered = !handle.isCompletedExceptionally();
        if (!delivered) {
          assertThat(Eventually.failure(handle)).isInstanceOf(CacheClosedException.class);
        }
        assertThat(closing.getIfPresent("k")).isEqualTo(delivered ? "v" : null);
      }
    }
  }

  @Test
  void closingTwiceDoesNothing() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.close();
    Throwable failure = Eventually.failure(handle);

    cache.close();

    assertThat(Eventually.failure(handle)).isSameAs(failure);
    assertThat(cache.stats().failureCount()).isEqualTo(1);
  }

  @Test
  void oneCachesCloseIsNoneOfAnothers() {
    CoalescingCache<String, String> other = caches.cache();
    FetchHandle<String> handle = other.getOrFetch("k", loader.async());

    cache.close();

    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");
  }
}
