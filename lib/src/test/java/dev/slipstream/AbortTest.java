package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Abort: an operator's hand ends a running fetch for everybody. */
class AbortTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final IllegalStateException cause = new IllegalStateException("by hand");

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void everyCallerReceivesTheReasonAndTheLoaderIsCancelled(EntryPoint entryPoint) {
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();

    assertThat(cache.abort("k", cause)).isTrue();

    for (Entry<String> entry : List.of(one, two)) {
      assertThat(entry.failure()).isExactlyInstanceOf(FetchException.class).hasCause(cause);
    }
    run.awaitCancelled();
    assertThat(run.context.isAbandoned()).isTrue();
    assertThat(cache.joinIfInFlight("k")).isNull();
  }

  @Test
  void hooksAndContinuationsHearOfIt() {
    AtomicInteger hooks = new AtomicInteger();
    List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    loader.run().context.onAbandon(hooks::incrementAndGet);
    cache.onComplete("k", "c", outcomes::add);

    assertThat(cache.abort("k", cause)).isTrue();

    Throwable failure = Eventually.failure(handle);
    Eventually.passes(() -> assertThat(outcomes).containsExactly(new Outcome.Failure<>(failure)));
    Eventually.passes(() -> assertThat(hooks).hasValue(1));
  }

  @Test
  void withoutARunningFetchThereIsNothingToAbort() {
    assertThat(cache.abort("k", cause)).isFalse();
    cache.put("k", "v");
    assertThat(cache.abort("k", cause)).isFalse();
    assertThat(cache.getIfPresent("k")).isEqualTo("v");

    FetchHandle<String> handle = cache.getOrFetch("l", loader.async());
    loader.run().complete("v");
    assertThat(cache.abort("l", cause)).isFalse();
    assertThat(Eventually.value(handle)).isEqualTo("v");
  }

  @Test
  void aSecondAbortFindsNothing() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThat(cache.abort("k", cause)).isTrue();
    assertThat(cache.abort("k", new IllegalStateException("again"))).isFalse();

    assertThat(Eventually.failure(handle)).hasCause(cause);
    assertThat(cache.stats().failureCount()).isEqualTo(1);
  }

  @Test
  void anAbortedRefreshKeepsTheOldValue() {
    cache.put("k", "old");
    FetchHandle<String> handle = cache.refresh("k", loader.async());

    assertThat(cache.abort("k", cause)).isTrue();

    assertThat(Eventually.failure(handle)).hasCause(cause);
    assertThat(cache.getIfPresent("k")).isEqualTo("old");
  }

  @Test
  void theNextCallerStartsAfresh() {
    FetchHandle<String> aborted = cache.getOrFetch("k", loader.async());
    assertThat(cache.abort("k", cause)).isTrue();
    ControlledLoader<String> next = new ControlledLoader<>();

    FetchHandle<String> handle = cache.getOrFetch("k", next.async());
    next.run().complete("v");

    assertThat(handle.origin()).isEqualTo(Origin.STARTED);
    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(aborted).isCompletedExceptionally();
  }

  @Test
  void anErrorMayBeTheCause() {
    AssertionError error = new AssertionError("by hand");
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThat(cache.abort("k", error)).isTrue();

    assertThat(Eventually.failure(handle))
        .isExactlyInstanceOf(FetchException.class)
        .hasCause(error);
  }
}
