package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.StoppingKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G7, a registration by key that is stopped anywhere while the key's flight ends with a value: it
 * finds the flight or the value, and never falls between the two.
 */
class G07StoppedRegistrationTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void itRunsOnce() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache = cache();
          StoppingKey key = new StoppingKey("k", n);
          CompletableFuture<String> promise = new CompletableFuture<>();
          FetchHandle<String> handle =
              cache.getOrFetch(StoppingKey.plain("k"), (k, context) -> promise);
          outcomes.clear();
          Caller<Registration> registering =
              Caller.start(
                  () -> {
                    key.arm();
                    return cache.onComplete(key, "c", outcomes::add);
                  });
          boolean stopped = key.stops(registering);

          promise.complete("v");
          key.goOn();

          assertThat(Eventually.value(handle)).isEqualTo("v");
          assertThat(registering.value())
              .as("stopped at " + n)
              .isIn(Registration.ADDED, Registration.RAN_NOW);
          assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
          return stopped;
        });
  }

  @Test
  void itIsAddedOrRefusedBecauseTheFetchHasEnded() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache = cache();
          StoppingKey key = new StoppingKey("k", n);
          CompletableFuture<String> promise = new CompletableFuture<>();
          FetchHandle<String> handle =
              cache.getOrFetch(StoppingKey.plain("k"), (k, context) -> promise);
          outcomes.clear();
          Caller<String> registering =
              Caller.start(
                  () -> {
                    key.arm();
                    try {
                      return cache.onCompleteOrThrow(key, "c", outcomes::add).toString();
                    } catch (AlreadyCompletedException e) {
                      return e.outcome().toString();
                    }
                  });
          boolean stopped = key.stops(registering);

          promise.complete("v");
          key.goOn();

          assertThat(Eventually.value(handle)).isEqualTo("v");
          boolean added = registering.value().equals("ADDED");
          assertThat(added ? "" : registering.value())
              .as("stopped at " + n)
              .isIn("", new Outcome.Success<>("v").toString());
          assertThat(outcomes).hasSize(added ? 1 : 0);
          return stopped;
        });
  }

  private CoalescingCache<StoppingKey, String> cache() {
    return caches.track(
        CoalescingCache.builder().recordStats().continuationExecutor(Runnable::run).build());
  }
}
