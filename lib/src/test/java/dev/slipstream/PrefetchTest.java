package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prefetch: a fetch without callers that no leave can cancel; it throws nothing at anybody. */
class PrefetchTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @Test
  void itFetchesWithoutAnAwaiter() {
    cache.prefetch("k", loader.async());
    assertThat(cache.inFlight())
        .singleElement()
        .satisfies(flight -> assertThat(flight.awaiters()).isZero());

    loader.run().complete("v");

    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void onTheExecutorItDoesTheSame() {
    cache.prefetch("k", loader.blocking());
    loader.run().complete("v");

    Eventually.passes(() -> assertThat(cache.getIfPresent("k")).isEqualTo("v"));
  }

  @Test
  void aCachedKeyIsLeftAlone() {
    cache.put("k", "cached");

    cache.prefetch("k", loader.async());
    cache.prefetch("k", loader.blocking());

    assertThat(loader.starts()).isZero();
    assertThat(cache.inFlight()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void itPinsTheFlightOfOthers(EntryPoint entryPoint) {
    Entry<String> caller = entryPoint.enter(cache, "k", loader);
    cache.prefetch("k", new ControlledLoader<String>().async());

    caller.leave();
    assertThat(loader.run().isCancelled()).isFalse();
    assertThat(cache.inFlight()).hasSize(1);
    loader.run().complete("v");

    Eventually.passes(() -> assertThat(cache.getIfPresent("k")).isEqualTo("v"));
  }

  @Test
  void whatALoaderThrowsIsThrownAtNobody() {
    cache.prefetch("k", loader.throwing(new IllegalStateException("down")).async());
    cache.prefetch("l", new ControlledLoader<String>().returningNullStage().async());

    assertThat(cache.inFlight()).isEmpty();
    assertThat(cache.stats().failureCount()).isEqualTo(2);
  }

  @Test
  void whatAnExecutorThrowsIsThrownAtNobody() {
    CoalescingCache<String, String> rejecting =
        caches.cache(
            builder ->
                builder.executor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }));

    rejecting.prefetch("k", loader.blocking());

    assertThat(rejecting.inFlight()).isEmpty();
    assertThat(rejecting.stats().failureCount()).isEqualTo(1);
  }

  @Test
  void aPrefetchThatFailedCanBeTriedAgain() {
    ControlledLoader<String> again = new ControlledLoader<>();
    cache.prefetch("k", loader.async());
    loader.run().fail(new IllegalStateException("down"));

    cache.prefetch("k", again.async());
    again.run().complete("v");

    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void itsContinuationsAreNotified() {
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    cache.prefetch("k", loader.async());
    cache.onComplete("k", "c", outcomes::add);

    loader.run().complete("v");

    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Success<>("v")));
  }

  @Test
  void aWriteFencesItLikeAnyFetch() {
    cache.prefetch("k", loader.async());
    cache.put("k", "written");

    loader.run().complete("late");

    assertThat(cache.getIfPresent("k")).isEqualTo("written");
  }

  @Test
  void abortEndsIt() {
    cache.prefetch("k", loader.async());

    assertThat(cache.abort("k", new IllegalStateException("by hand"))).isTrue();

    assertThat(loader.run().answer).isCancelled();
    assertThat(cache.inFlight()).isEmpty();
  }
}
