package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G6, latched: an outcome never changes, and a late registration gets it at once, once a
 * registration.
 */
class G06LatchedTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void aLateRegistrationGetsTheOutcomeAtOnceAndOnce() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");

    for (int i = 0; i < 3; i++) {
      assertThat(handle.onComplete("late", outcomes::add)).isEqualTo(Registration.RAN_NOW);
    }

    Eventually.passes(() -> assertThat(outcomes).hasSize(3));
    assertThat(outcomes).containsOnly(new Outcome.Success<>("v"));
  }

  @Test
  void aLateRegistrationGetsTheVeryFailure() {
    IllegalStateException failure = new IllegalStateException("down");
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().fail(failure);
    assertThat(Eventually.failure(handle)).isSameAs(failure);

    assertThat(handle.onComplete("late", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Failure<>(failure)));
  }

  @Test
  void anAbandonedFetchStaysAbandonedWhateverItsLoaderDoesLater() {
    CompletableFuture<String> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> stubborn);
    handle.onComplete("early", outcomes::add);
    handle.cancel(true);

    stubborn.complete("late");
    assertThat(handle.onComplete("late", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    assertThat(handle).isCancelled();
    Eventually.passes(() -> assertThat(outcomes).hasSize(2));
    assertThat(outcomes).containsOnly(new Outcome.Abandoned<>());
    assertThat(cache.getIfPresent("k")).isNull();
  }

  @Test
  void aLoadersStageThatChangesItsMindChangesNothing() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");

    loader.run().answer.obtrudeValue("changed");
    loader.run().answer.obtrudeException(new IllegalStateException("changed"));

    assertThat(handle).isCompletedWithValue("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    handle.onComplete("late", outcomes::add);
    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Success<>("v")));
  }

  @Test
  void aDoneHandleRefusesEveryOtherEnd() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().complete("v");
    assertThat(Eventually.value(handle)).isEqualTo("v");

    assertThat(handle.complete("other")).isFalse();
    assertThat(handle.completeExceptionally(new IllegalStateException())).isFalse();
    assertThat(handle.cancel(true)).isFalse();

    assertThat(handle).isCompletedWithValue("v");
  }

  @Test
  void aCallersOwnEndIsAsFinal() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> peer = cache.getOrFetch("k", loader.async());
    assertThat(handle.complete("mine")).isTrue();

    loader.run().complete("v");

    assertThat(Eventually.value(peer)).isEqualTo("v");
    assertThat(handle).isCompletedWithValue("mine");
    assertThat(handle.complete("other")).isFalse();
  }
}
