package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Registration;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G7, no lost continuation: one that is registered while the flight completes runs exactly once. By
 * key it is found in flight or cached, and never in between.
 */
class G07NoLostContinuationTest {
  private static final int ROUNDS = 2_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final AtomicInteger runs = new AtomicInteger();
  private final AtomicReference<Registration> registration = new AtomicReference<>();

  @Test
  void byHandleARegistrationThatRacesTheResultRunsOnce() {
    int registered = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k" + i, (key, context) -> promise);
        race.run(
            () -> registration.set(handle.onComplete("c", outcome -> runs.incrementAndGet())),
            () -> promise.complete("v"));
        assertThat(registration.get()).isIn(Registration.ADDED, Registration.RAN_NOW);
        registered++;
      }
    }
    ranExactly(registered);
  }

  @Test
  void byHandleARegistrationThatRacesTheLastLeaveRunsOnce() {
    int registered = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
        race.run(
            () -> registration.set(handle.onComplete("c", outcome -> runs.incrementAndGet())),
            () -> handle.cancel(true));
        assertThat(registration.get()).isIn(Registration.ADDED, Registration.RAN_NOW);
        registered++;
      }
    }
    ranExactly(registered);
  }

  @Test
  void byKeyARegistrationThatRacesTheResultFindsTheFlightOrTheValue() {
    int registered = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        String key = "k" + i;
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> promise);
        race.run(
            () -> registration.set(cache.onComplete(key, "c", outcome -> runs.incrementAndGet())),
            () -> promise.complete("v"));
        assertThat(registration.get()).isIn(Registration.ADDED, Registration.RAN_NOW);
        assertThat(Eventually.value(handle)).isEqualTo("v");
        registered++;
      }
    }
    ranExactly(registered);
  }

  @Test
  void byKeyARegistrationThatRacesAFailureRunsOnceUnlessItReportsThatThereIsNoFlight() {
    int registered = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k", (k, context) -> promise);
        race.run(
            () -> registration.set(cache.onComplete("k", "c", outcome -> runs.incrementAndGet())),
            () -> promise.completeExceptionally(new IllegalStateException("down")));
        registered += registration.get() == Registration.NOT_IN_FLIGHT ? 0 : 1;
        assertThat(Eventually.failure(handle)).hasMessage("down");
      }
    }
    ranExactly(registered);
  }

  @Test
  void aRemovalThatRacesTheResultIsTrueExactlyIfTheContinuationDoesNotRun() {
    int kept = 0;
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        String key = "k" + i;
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch(key, (k, context) -> promise);
        cache.onComplete(key, "c", outcome -> runs.incrementAndGet());
        AtomicReference<Boolean> gone = new AtomicReference<>();
        race.run(() -> gone.set(cache.removeOnComplete(key, "c")), () -> promise.complete("v"));
        kept += gone.get() ? 0 : 1;
        assertThat(Eventually.value(handle)).isEqualTo("v");
      }
    }
    ranExactly(kept);
  }

  /** Waits for the last of the tasks; one that ran twice makes the count too high in the end. */
  private void ranExactly(int expected) {
    Eventually.until("all continuations ran", () -> runs.get() >= expected);
    CompletableFuture<Void> oneMoreTask = new CompletableFuture<>();
    cache.put("done", "v");
    cache.onComplete("done", "last", outcome -> oneMoreTask.complete(null));
    Eventually.value(oneMoreTask);
    assertThat(runs).hasValue(expected);
  }
}
