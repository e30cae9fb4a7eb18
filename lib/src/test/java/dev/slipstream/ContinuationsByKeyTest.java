package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipstream.latch.AlreadyCompletedException;
import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Continuations by key: named watchers of the key's flight, or of its cached value. */
class ContinuationsByKeyTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ManualExecutor tasks = new ManualExecutor();
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.continuationExecutor(tasks));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void withoutAFlightOrAValueThereIsNothingToWaitFor() {
    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.NOT_IN_FLIGHT);
    assertThat(cache.onCompleteOrThrow("k", "c", outcomes::add))
        .isEqualTo(Registration.NOT_IN_FLIGHT);

    cache.put("k", "v");
    tasks.runAll();
    assertThat(outcomes).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void oneThatIsAddedGetsTheValueOfAFlightOfAnyEntryPoint(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.ADDED);

    loader.run().complete("v");

    assertThat(entry.value()).isEqualTo("v");
    tasks.runNext();
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
  }

  @Test
  void oneThatIsAddedGetsTheFailure() {
    IllegalStateException failure = new IllegalStateException("down");
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "c", outcomes::add);

    loader.run().fail(failure);

    assertThat(Eventually.failure(handle)).isSameAs(failure);
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Failure<>(failure));
  }

  @Test
  void oneThatIsAddedGetsTheAbsence() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "c", outcomes::add);

    loader.run().complete(null);

    assertThat(Eventually.value(handle)).isNull();
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Success<>(null));
  }

  @Test
  void aSecondOfTheSameNameReplacesTheFirst() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    List<String> ran = new CopyOnWriteArrayList<>();
    assertThat(cache.onComplete("k", "c", outcome -> ran.add("first")))
        .isEqualTo(Registration.ADDED);
    assertThat(cache.onComplete("k", "c", outcome -> ran.add("second")))
        .isEqualTo(Registration.REPLACED);
    assertThat(cache.onCompleteOrThrow("k", "c", outcome -> ran.add("third")))
        .isEqualTo(Registration.REPLACED);
    assertThat(cache.onComplete("k", "other", outcome -> ran.add("other")))
        .isEqualTo(Registration.ADDED);

    loader.run().complete("v");
    tasks.runAll();

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(ran).containsExactlyInAnyOrder("third", "other");
  }

  @Test
  void namesByKeyAndByHandleDoNotMeet() {
    List<String> ran = new CopyOnWriteArrayList<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(handle.onComplete("c", outcome -> ran.add("by handle")))
        .isEqualTo(Registration.ADDED);
    assertThat(cache.onComplete("k", "c", outcome -> ran.add("by key")))
        .isEqualTo(Registration.ADDED);
    assertThat(cache.inFlight()).singleElement().matches(flight -> flight.continuations() == 2);
    assertThat(cache.removeOnComplete("k", "c")).isTrue();
    assertThat(cache.removeOnComplete("k", "c")).isFalse();

    loader.run().complete("v");
    tasks.runAll();

    assertThat(ran).containsExactly("by handle");
  }

  @Test
  void oneThatIsRemovedDoesNotRun() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "gone", outcomes::add);
    cache.onComplete("k", "stays", outcomes::add);

    assertThat(cache.removeOnComplete("k", "gone")).isTrue();
    assertThat(cache.removeOnComplete("k", "gone")).isFalse();
    assertThat(cache.removeOnComplete("k", "never was")).isFalse();
    assertThat(cache.removeOnComplete("other", "stays")).isFalse();
    loader.run().complete("v");
    tasks.runAll();

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(outcomes).hasSize(1);
    assertThat(cache.removeOnComplete("k", "stays")).isFalse();
  }

  @Test
  void onACachedKeyItRunsAtOnceAsATask() {
    cache.put("k", "v");

    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.RAN_NOW);
    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    assertThat(outcomes).isEmpty();
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"), new Outcome.Success<>("v"));
  }

  @Test
  void aCallerThatWantsARunningFetchLearnsThatTheKeyIsCached() {
    cache.put("k", "v");

    AlreadyCompletedException refusal =
        catchThrowableOfType(
            AlreadyCompletedException.class,
            () -> cache.onCompleteOrThrow("k", "c", outcomes::add));

    assertThat(refusal.outcome()).isEqualTo(new Outcome.Success<>("v"));
    assertThat(refusal).hasMessageContaining("k");
    tasks.runAll();
    assertThat(outcomes).isEmpty();
  }

  @Test
  void aCallerThatWantsARunningFetchIsAdded() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    assertThat(cache.onCompleteOrThrow("k", "c", outcomes::add)).isEqualTo(Registration.ADDED);

    loader.run().complete("v");
    tasks.runAll();
    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
  }

  @Test
  void aFlightGoesBeforeACachedValue() {
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());

    assertThat(cache.onComplete("k", "one", outcomes::add)).isEqualTo(Registration.ADDED);
    assertThat(cache.onCompleteOrThrow("k", "two", outcomes::add)).isEqualTo(Registration.ADDED);
    tasks.runAll();
    assertThat(outcomes).isEmpty();
    loader.run().complete("new");
    tasks.runAll();

    assertThat(Eventually.value(refreshed)).isEqualTo("new");
    assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Success<>("new"));
  }

  @Test
  void itDoesNotKeepTheFetchAlive() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "c", outcomes::add);

    handle.cancel(true);

    assertThat(loader.run().answer).isCancelled();
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Abandoned<>());
  }

  @Test
  void oneOfAFencedFlightGetsThatFlightsOutcome() {
    FetchHandle<String> fenced = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "c", outcomes::add);
    cache.invalidate("k");
    assertThat(cache.onComplete("k", "late", outcomes::add)).isEqualTo(Registration.NOT_IN_FLIGHT);
    tasks.runAll();
    assertThat(outcomes).isEmpty();

    loader.run().complete("late");
    tasks.runAll();

    assertThat(Eventually.value(fenced)).isEqualTo("late");
    assertThat(outcomes).containsExactly(new Outcome.Success<>("late"));
  }

  @Test
  void oneOfTheNextFlightIsNotNotifiedOfTheFirst() {
    ControlledLoader<String> next = new ControlledLoader<>();
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    FetchHandle<String> two = cache.getOrFetch("k", next.async());
    cache.onComplete("k", "c", outcomes::add);

    loader.run().complete("first");
    tasks.runAll();
    assertThat(outcomes).isEmpty();
    next.run().complete("second");
    tasks.runAll();

    assertThat(Eventually.value(one)).isEqualTo("first");
    assertThat(Eventually.value(two)).isEqualTo("second");
    assertThat(outcomes).containsExactly(new Outcome.Success<>("second"));
  }

  @Test
  void eachKeyHasItsOwn() {
    ControlledLoader<String> other = new ControlledLoader<>();
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    FetchHandle<String> two = cache.getOrFetch("other", other.async());
    assertThat(cache.onComplete("k", "c", outcomes::add)).isEqualTo(Registration.ADDED);
    assertThat(cache.onComplete("other", "c", outcomes::add)).isEqualTo(Registration.ADDED);

    other.run().complete("o");
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Success<>("o"));

    loader.run().complete("v");
    tasks.runAll();
    assertThat(Eventually.value(one)).isEqualTo("v");
    assertThat(Eventually.value(two)).isEqualTo("o");
    assertThat(outcomes).hasSize(2);
  }
}
