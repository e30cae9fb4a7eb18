package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** G9, identity-checked removal: a flight's late clean-up never disturbs the key's next flight. */
class G09IdentityCheckedRemovalTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final StubbornFuture stubborn = new StubbornFuture();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void anAbandonedFetchThatSucceedsLateLeavesItsSuccessorAlone() {
    FetchHandle<String> abandoned = cache.getOrFetch("k", (key, context) -> stubborn);
    abandoned.cancel(true);
    FetchHandle<String> successor = cache.getOrFetch("k", loader.async());

    stubborn.complete("late");

    successorIsWellAndEndsWith(successor, "v");
  }

  @Test
  void anAbandonedFetchThatFailsLateLeavesItsSuccessorAlone() {
    FetchHandle<String> abandoned = cache.getOrFetch("k", (key, context) -> stubborn);
    abandoned.cancel(true);
    FetchHandle<String> successor = cache.getOrFetch("k", loader.async());

    stubborn.completeExceptionally(new IllegalStateException("late"));

    successorIsWellAndEndsWith(successor, "v");
  }

  @Test
  void aFencedFetchThatEndsLateLeavesItsSuccessorAlone() {
    FetchHandle<String> fenced = cache.getOrFetch("k", (key, context) -> stubborn);
    cache.invalidate("k");
    FetchHandle<String> successor = cache.getOrFetch("k", loader.async());

    stubborn.complete("late");

    assertThat(Eventually.value(fenced)).isEqualTo("late");
    successorIsWellAndEndsWith(successor, "v");
  }

  @Test
  void theLastLeaveOfAFencedFetchLeavesItsSuccessorAlone() {
    FetchHandle<String> fenced = cache.getOrFetch("k", (key, context) -> stubborn);
    cache.invalidate("k");
    FetchHandle<String> successor = cache.getOrFetch("k", loader.async());

    fenced.cancel(true);

    successorIsWellAndEndsWith(successor, "v");
  }

  @Test
  void anAbortedFetchThatEndsLateLeavesItsSuccessorAlone() {
    FetchHandle<String> aborted = cache.getOrFetch("k", (key, context) -> stubborn);
    assertThat(cache.abort("k", new IllegalStateException("by hand"))).isTrue();
    FetchHandle<String> successor = cache.getOrFetch("k", loader.async());

    stubborn.complete("late");

    assertThat(Eventually.failure(aborted)).hasRootCauseMessage("by hand");
    successorIsWellAndEndsWith(successor, "v");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void manyGenerationsThatEndInReverseKeepOnlyTheLast(EntryPoint entryPoint) {
    StubbornFuture[] generations = new StubbornFuture[5];
    for (int i = 0; i < generations.length; i++) {
      StubbornFuture generation = new StubbornFuture();
      generations[i] = generation;
      FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> generation);
      assertThat(handle.origin()).isEqualTo(Origin.STARTED);
      handle.cancel(true);
    }
    Entry<String> live = entryPoint.enter(cache, "k", loader);
    for (int i = generations.length - 1; i >= 0; i--) {
      generations[i].complete("late " + i);
    }

    FetchHandle<String> joined = cache.joinIfInFlight("k");
    assertThat(joined).isNotNull();
    loader.run().complete("v");

    assertThat(live.value()).isEqualTo("v");
    assertThat(Eventually.value(joined)).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  private void successorIsWellAndEndsWith(FetchHandle<String> successor, String value) {
    assertThat(successor).isNotDone();
    assertThat(successor.origin()).isEqualTo(Origin.STARTED);
    FetchHandle<String> joined = cache.joinIfInFlight("k");
    assertThat(joined).isNotNull();
    assertThat(cache.getIfPresent("k")).isNull();
    assertThat(loader.run().isCancelled()).isFalse();

    loader.run().complete(value);

    assertThat(Eventually.value(successor)).isEqualTo(value);
    assertThat(Eventually.value(joined)).isEqualTo(value);
    assertThat(cache.getIfPresent("k")).isEqualTo(value);
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  /** A future that does not listen when it is cancelled. */
  private static final class StubbornFuture extends CompletableFuture<String> {
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return false;
    }
  }
}
