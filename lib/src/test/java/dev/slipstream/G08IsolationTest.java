package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G8, isolation: a slow, blocking or throwing continuation or dependent neither delays nor breaks a
 * peer. Handles without dependents come first, inline; those with dependents come as tasks; and an
 * executor that refuses strands nobody.
 */
class G08IsolationTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void aBlockedContinuationHoldsUpNeitherHandlesNorOtherContinuations() {
    CoalescingCache<String, String> cache = caches.cache();
    CountDownLatch release = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent = peer.thenApply(value -> value + "!");
    handle.onComplete("blocked", outcome -> Eventually.opens(release));
    cache.onComplete("k", "blocked too", outcome -> Eventually.opens(release));
    handle.onComplete("free", outcomes::add);
    cache.onComplete("k", "free", outcomes::add);

    loader.run().complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(Eventually.value(dependent)).isEqualTo("v!");
    Eventually.passes(() -> assertThat(outcomes).hasSize(2));
    release.countDown();
  }

  @Test
  void aThrowingContinuationBreaksNobody() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete(
        "throws",
        outcome -> {
          throw new IllegalStateException("a continuation's own");
        });
    cache.onComplete(
        "k",
        "dies",
        outcome -> {
          throw new StackOverflowError("a continuation's own");
        });
    handle.onComplete("sound", outcomes::add);

    loader.run().complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Success<>("v")));
  }

  @Test
  void aBlockedDependentHoldsUpNoPeer() {
    CoalescingCache<String, String> cache = caches.cache();
    CountDownLatch release = new CountDownLatch(1);
    FetchHandle<String> slow = cache.getOrFetch("k", loader.async());
    CompletableFuture<Void> blocked = slow.thenAccept(value -> Eventually.opens(release));
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent = peer.thenApply(value -> value + "!");
    FetchHandle<String> plain = cache.getOrFetch("k", loader.async());

    loader.run().complete("v");

    assertThat(plain).isCompletedWithValue("v");
    assertThat(Eventually.value(dependent)).isEqualTo("v!");
    assertThat(blocked).isNotDone();
    release.countDown();
    assertThat(Eventually.value(blocked)).isNull();
  }

  @Test
  void aThrowingDependentBreaksNobody() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> broken =
        handle.thenApply(
            value -> {
              throw new IllegalStateException("a dependent's own");
            });
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());

    loader.run().complete("v");

    assertThat(Eventually.value(peer)).isEqualTo("v");
    assertThat(Eventually.failure(broken)).hasRootCauseMessage("a dependent's own");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void handlesWithoutDependentsAreDeliveredInlineThoseWithDependentsAsTasks() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.continuationExecutor(continuations));
    List<FetchHandle<String>> withDependents =
        IntStream.range(0, 3).mapToObj(i -> cache.getOrFetch("k", loader.async())).toList();
    List<CompletableFuture<String>> dependents =
        withDependents.stream().map(handle -> handle.thenApply(value -> value + "!")).toList();
    FetchHandle<String> plain = cache.getOrFetch("k", loader.async());

    loader.run().complete("v");
    assertThat(plain).isCompletedWithValue("v");
    assertThat(dependents).noneMatch(CompletableFuture::isDone);

    for (int done = 1; done <= 3; done++) {
      continuations.runNext();
      assertThat(dependents.stream().filter(CompletableFuture::isDone)).hasSize(done);
    }
    assertThat(withDependents).allSatisfy(handle -> assertThat(handle).isCompletedWithValue("v"));
    assertThat(continuations.size()).isZero();
  }

  @Test
  void eachContinuationIsATaskOfItsOwn() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.continuationExecutor(continuations));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete("one", outcomes::add);
    handle.onComplete("two", outcomes::add);
    cache.onComplete("k", "three", outcomes::add);

    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    for (int ran = 0; ran < 3; ran++) {
      assertThat(outcomes).hasSize(ran);
      continuations.runNext();
    }
    assertThat(outcomes).hasSize(3);
    assertThat(continuations.size()).isZero();
  }

  @Test
  void threadsThatOnlyWaitAreReleasedWithoutATask() {
    ManualExecutor continuations = new ManualExecutor();
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.continuationExecutor(continuations));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    Caller<String> joining = Caller.start(handle::join);
    Caller<String> getting = Caller.start(handle::get);
    Caller<String> blocking = Caller.start(() -> cache.get("k", loader.blocking()));
    Eventually.until("the third waits", () -> EntryPoint.awaiters(cache, "k") == 2);
    Eventually.until(
        "the others wait", () -> isWaiting(joining) && isWaiting(getting) && isWaiting(blocking));

    loader.run().complete("v");

    assertThat(joining.value()).isEqualTo("v");
    assertThat(getting.value()).isEqualTo("v");
    assertThat(blocking.value()).isEqualTo("v");
    assertThat(continuations.size()).isZero();
  }

  private static boolean isWaiting(Thread thread) {
    Thread.State state = thread.getState();
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }

  @Test
  void anExecutorThatRejectsStrandsNobody() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.continuationExecutor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> dependent = handle.thenApply(value -> value + "!");
    handle.onComplete("by handle", outcomes::add);
    cache.onComplete("k", "by key", outcomes::add);

    loader.run().complete("v");

    assertThat(Eventually.value(dependent)).isEqualTo("v!");
    Eventually.passes(() -> assertThat(outcomes).hasSize(2));
    handle.onComplete("late", outcomes::add);
    Eventually.passes(() -> assertThat(outcomes).hasSize(3));
  }

  @Test
  void anExecutorThatRejectsStillLetsHooksRun() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.continuationExecutor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));
    CountDownLatch hook = new CountDownLatch(1);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().context.onAbandon(hook::countDown);

    handle.cancel(true);

    Eventually.opens(hook);
  }
}
