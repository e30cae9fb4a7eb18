package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G3, private handles: what a caller does to its own handle touches no peer. It claims its end,
 * leaves once, and completes at once, and what hangs on it holds up nobody.
 */
class G03PrivateHandlesTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(Leave.class)
  void endingOnesOwnHandleTouchesNoPeer(Leave leave) {
    FetchHandle<String> mine = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());

    leave.endAndWait(mine);

    assertThat(peer).isNotDone();
    assertThat(loader.run().isCancelled()).isFalse();
    Eventually.passes(() -> assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1));

    loader.run().complete("v");
    assertThat(Eventually.value(peer)).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void eachEndShowsInTheHandleThatItWasDoneTo() {
    FetchHandle<String> keeper = cache.getOrFetch("k", loader.async());
    FetchHandle<String> cancelled = ended(Leave.CANCEL);
    FetchHandle<String> completed = ended(Leave.COMPLETE);
    FetchHandle<String> failed = ended(Leave.COMPLETE_EXCEPTIONALLY);
    FetchHandle<String> completedAsync = ended(Leave.COMPLETE_ASYNC);
    FetchHandle<String> timedOut = ended(Leave.OR_TIMEOUT);
    FetchHandle<String> defaulted = ended(Leave.COMPLETE_ON_TIMEOUT);
    loader.run().complete("v");

    assertThat(cancelled).isCancelled();
    assertThat(Eventually.failure(cancelled)).isInstanceOf(CancellationException.class);
    assertThat(completed).isCompletedWithValue("mine");
    assertThat(Eventually.failure(failed)).isInstanceOf(IllegalArgumentException.class);
    assertThat(completedAsync).isCompletedWithValue("mine");
    assertThat(Eventually.failure(timedOut)).isInstanceOf(TimeoutException.class);
    assertThat(defaulted).isCompletedWithValue("mine");
    assertThat(Eventually.value(keeper)).isEqualTo("v");
  }

  private FetchHandle<String> ended(Leave leave) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    leave.endAndWait(handle);
    return handle;
  }

  @ParameterizedTest
  @EnumSource(value = EntryPoint.class)
  void oneOfTwoCallersLeavesAndTheOtherIsAnswered(EntryPoint entryPoint) {
    Entry<String> stayer = entryPoint.enter(cache, "k", loader);
    Entry<String> leaver = entryPoint.enter(cache, "k", loader);

    leaver.leave();
    assertThat(leaver.isDone()).isTrue();
    assertThat(stayer.isDone()).isFalse();

    loader.run().complete("v");
    assertThat(stayer.value()).isEqualTo("v");
  }

  @Test
  void obtrudingIsRefused() {
    FetchHandle<String> running = cache.getOrFetch("k", loader.async());
    assertThatThrownBy(() -> running.obtrudeValue("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> running.obtrudeException(new IllegalStateException()))
        .isInstanceOf(UnsupportedOperationException.class);
    loader.run().complete("v");
    FetchHandle<String> hit = cache.getOrFetch("k", loader.async());

    assertThatThrownBy(() -> hit.obtrudeValue("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(running).isCompletedWithValue("v");
    assertThat(hit).isCompletedWithValue("v");
  }

  @ParameterizedTest
  @EnumSource(Leave.class)
  void whatIsDoneToAHitTouchesNeitherTheValueNorOtherHits(Leave leave) {
    cache.put("k", "v");
    FetchHandle<String> mine = cache.getOrFetch("k", loader.async());

    leave.end(mine);

    assertThat(mine).isCompletedWithValue("v");
    assertThat(cache.getOrFetch("k", loader.async())).isCompletedWithValue("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void aCancelledHandleIsDoneAtOnceThoughTheLoaderIsStuck() {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              started.countDown();
              try {
                awaitWhateverComes(release);
                return "late";
              } finally {
                ended.countDown();
              }
            });
    Eventually.opens(started);

    assertThat(handle.cancel(false)).isTrue();

    assertThat(handle).isCancelled();
    release.countDown();
    Eventually.opens(ended);
  }

  private static void awaitWhateverComes(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // a loader that does not listen
      }
    }
  }

  @Test
  void cancellingAgainAndAgainLeavesOnce() {
    FetchHandle<String> mine = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());

    for (int i = 0; i < 5; i++) {
      assertThat(mine.cancel(true)).isTrue();
      mine.completeExceptionally(new IllegalStateException("again"));
    }

    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    assertThat(loader.run().isCancelled()).isFalse();
    loader.run().complete("v");
    assertThat(Eventually.value(peer)).isEqualTo("v");
  }

  @Test
  void aLeaversBlockedDependentHoldsUpNeitherTheAbandonNorTheSlot() {
    CountDownLatch release = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent =
        handle.whenComplete((value, failure) -> Eventually.opens(release));
    Caller<Boolean> leaver = Caller.start(() -> handle.cancel(true));

    loader.run().awaitCancelled();
    Eventually.until("the handle is done", handle::isDone);
    assertThat(cache.joinIfInFlight("k")).isNull();
    assertThat(dependent).isNotDone();

    release.countDown();
    assertThat(leaver.value()).isTrue();
  }

  @Test
  void aLeaversBlockedDependentHoldsUpNoPeer() {
    CountDownLatch release = new CountDownLatch(1);
    FetchHandle<String> leaving = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent =
        leaving.whenComplete((value, failure) -> Eventually.opens(release));
    Caller<Boolean> leaver = Caller.start(() -> leaving.cancel(true));
    Eventually.until("it has left", () -> EntryPoint.awaiters(cache, "k") == 1);

    loader.run().complete("v");

    assertThat(Eventually.value(peer)).isEqualTo("v");
    assertThat(dependent).isNotDone();
    release.countDown();
    assertThat(leaver.value()).isTrue();
  }

  @Test
  void whoeverLosesTheClaimFindsTheHandleDoneWhenItsCallReturns() {
    List<String> notDone = new ArrayList<>();
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 1_000); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k" + i, (key, context) -> promise);
        race.run(
            () -> {
              handle.cancel(true);
              if (!handle.isDone()) {
                notDone.add("after cancel");
              }
            },
            () -> {
              handle.complete("mine");
              if (!handle.isDone()) {
                notDone.add("after complete");
              }
            });
      }
    }
    assertThat(notDone).isEmpty();
  }

  @Test
  void aCancelRacingTheResultLeavesTheHandleDoneEitherWay() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 1_000); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k" + i, (key, context) -> promise);
        List<Boolean> doneOnReturn = new ArrayList<>();
        race.run(
            () -> {
              handle.cancel(true);
              doneOnReturn.add(handle.isDone());
            },
            () -> promise.complete("v"));
        assertThat(doneOnReturn).containsExactly(true);
        assertThat(handle.isCancelled() || "v".equals(handle.join())).isTrue();
      }
    }
  }

  @Test
  void aSlowStoreHoldsUpNeitherALeaverNorAJoinerNorAProbe() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    InsertCallback<String, String> slow =
        (key, fetched, current) -> {
          inside.countDown();
          Eventually.opens(mayReturn);
          return fetched;
        };
    CoalescingCache<String, String> slowly =
        caches.track(CoalescingCache.builder().onInsert(slow).build());
    FetchHandle<String> leaver = slowly.getOrFetch("k", loader.async());
    FetchHandle<String> stayer = slowly.getOrFetch("k", loader.async());
    Caller<Boolean> completer = Caller.start(() -> loader.run().answer.complete("v"));
    Eventually.opens(inside);

    FetchHandle<String> joiner = slowly.getOrFetch("k", loader.async());
    assertThat(joiner.origin()).isEqualTo(Origin.JOINED);
    assertThat(slowly.getIfPresent("k")).isNull();
    assertThat(leaver.cancel(true)).isTrue();
    assertThat(leaver).isCancelled();

    mayReturn.countDown();
    assertThat(completer.value()).isTrue();
    assertThat(Eventually.value(stayer)).isEqualTo("v");
    assertThat(Eventually.value(joiner)).isEqualTo("v");
  }

  @Test
  void whatIsDerivedFromAHandleIsAPlainFutureAndNoAwaiter() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> derived = handle.thenApply(value -> value + "!");
    CompletableFuture<String> copy = handle.copy();

    derived.cancel(true);
    copy.cancel(true);

    assertThat(derived.getClass()).isEqualTo(CompletableFuture.class);
    assertThat(copy.getClass()).isEqualTo(CompletableFuture.class);
    assertThat(handle.newIncompleteFuture().getClass()).isEqualTo(CompletableFuture.class);
    assertThat(handle).isNotDone();
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");
  }
}
