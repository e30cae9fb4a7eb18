package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import dev.slipstream.testing.StoppingKey;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G4 and G9, a leave that is stopped half-way: nobody gets the dying flight, nobody waits for it,
 * and what the leave has still to do does not disturb the key's next flight.
 */
class G04StoppedLeaveTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @Test
  void aNewcomerStartsItsOwnAndKeepsItsSlot() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          StoppingKey key = new StoppingKey("k", n);
          CompletableFuture<String> dying = new CompletableFuture<>();
          CompletableFuture<String> promise = new CompletableFuture<>();
          FetchHandle<String> last = cache.getOrFetch(key, (k, context) -> dying);
          Caller<Boolean> leaver =
              Caller.start(
                  () -> {
                    key.arm();
                    return last.cancel(true);
                  });
          boolean stopped = key.stops(leaver);

          Caller<FetchHandle<String>> newcomer =
              Caller.start(() -> cache.getOrFetch(StoppingKey.plain("k"), (k, context) -> promise));
          FetchHandle<String> own = newcomer.value();
          key.goOn();
          assertThat(leaver.value()).isTrue();

          assertThat(own.origin()).as("stopped at " + n).isEqualTo(Origin.STARTED);
          assertThat(dying).isCancelled();
          FetchHandle<String> joiner = cache.joinIfInFlight(StoppingKey.plain("k"));
          assertThat(joiner).as("a joiner when stopped at " + n).isNotNull();
          promise.complete("v");
          assertThat(Eventually.value(own)).isEqualTo("v");
          assertThat(Eventually.value(joiner)).isEqualTo("v");
          return stopped;
        });
  }

  @Test
  void aFlightThatEndsHalfWayLeavesTheNextOneAlone() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<StoppingKey, String> cache =
              caches.track(CoalescingCache.builder().recordStats().build());
          StoppingKey key = new StoppingKey("k", n);
          CompletableFuture<String> failing = new CompletableFuture<>();
          CompletableFuture<String> promise = new CompletableFuture<>();
          FetchHandle<String> first = cache.getOrFetch(key, (k, context) -> failing);
          Caller<Boolean> completer =
              Caller.start(
                  () -> {
                    key.arm();
                    return failing.completeExceptionally(new IllegalStateException("down"));
                  });
          boolean stopped = key.stops(completer);

          Caller<FetchHandle<String>> newcomer =
              Caller.start(
                  () -> {
                    cache.invalidate(StoppingKey.plain("k"));
                    return cache.getOrFetch(StoppingKey.plain("k"), (k, context) -> promise);
                  });
          FetchHandle<String> own = newcomer.value();
          key.goOn();
          assertThat(completer.value()).isTrue();

          assertThat(Eventually.failure(first)).hasMessage("down");
          assertThat(own.origin()).as("stopped at " + n).isEqualTo(Origin.STARTED);
          FetchHandle<String> joiner = cache.joinIfInFlight(StoppingKey.plain("k"));
          assertThat(joiner).as("a joiner when stopped at " + n).isNotNull();
          promise.complete("v");
          assertThat(Eventually.value(own)).isEqualTo("v");
          assertThat(Eventually.value(joiner)).isEqualTo("v");
          return stopped;
        });
  }
}
