package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.latch.Outcome;
import dev.slipstream.latch.Registration;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.ManualExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Continuations by handle: they get the outcome of the flight, also when their own caller has left
 * it or ended its handle otherwise.
 */
class HandleContinuationsTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ManualExecutor tasks = new ManualExecutor();
  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.continuationExecutor(tasks));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final List<Outcome<? extends String>> outcomes = new CopyOnWriteArrayList<>();

  @Test
  void itGetsTheValueAsATask() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(handle.onComplete("c", outcomes::add)).isEqualTo(Registration.ADDED);

    loader.run().complete("v");

    assertThat(handle).isCompletedWithValue("v");
    assertThat(outcomes).isEmpty();
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
  }

  @Test
  void aSecondOfTheSameNameReplacesTheFirst() {
    List<String> ran = new CopyOnWriteArrayList<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete("c", outcome -> ran.add("first"));
    assertThat(handle.onComplete("c", outcome -> ran.add("second")))
        .isEqualTo(Registration.REPLACED);

    loader.run().complete("v");
    tasks.runAll();

    assertThat(ran).containsExactly("second");
  }

  @Test
  void twoHandlesHaveTheirOwnNames() {
    List<String> ran = new CopyOnWriteArrayList<>();
    FetchHandle<String> one = cache.getOrFetch("k", loader.async());
    FetchHandle<String> two = cache.getOrFetch("k", loader.async());
    assertThat(one.onComplete("c", outcome -> ran.add("one"))).isEqualTo(Registration.ADDED);
    assertThat(two.onComplete("c", outcome -> ran.add("two"))).isEqualTo(Registration.ADDED);

    loader.run().complete("v");
    tasks.runAll();

    assertThat(ran).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void itsCallerMayLeaveAndItStillGetsTheFlightsOutcome() {
    FetchHandle<String> leaver = cache.getOrFetch("k", loader.async());
    FetchHandle<String> stayer = cache.getOrFetch("k", loader.async());
    leaver.onComplete("c", outcomes::add);
    leaver.cancel(true);
    tasks.runAll();
    assertThat(outcomes).isEmpty();

    loader.run().complete("v");
    tasks.runAll();

    assertThat(Eventually.value(stayer)).isEqualTo("v");
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
  }

  @Test
  void whatItsCallerCompletedTheHandleWithIsNotTheOutcome() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    FetchHandle<String> stayer = cache.getOrFetch("k", loader.async());
    handle.complete("mine");
    assertThat(handle.onComplete("late", outcomes::add)).isEqualTo(Registration.ADDED);

    loader.run().complete("v");
    tasks.runAll();

    assertThat(Eventually.value(stayer)).isEqualTo("v");
    assertThat(outcomes).containsExactly(new Outcome.Success<>("v"));
  }

  @Test
  void afterTheLastLeaveItIsNotifiedAtOnce() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete("early", outcomes::add);
    handle.cancel(true);

    assertThat(handle.onComplete("late", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    tasks.runAll();
    assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Abandoned<>());
  }

  @Test
  void onAHitItRunsAtOnceAsATask() {
    cache.put("k", "v");
    FetchHandle<String> hit = cache.getOrFetch("k", loader.async());

    assertThat(hit.onComplete("c", outcomes::add)).isEqualTo(Registration.RAN_NOW);
    assertThat(hit.onComplete("c", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    assertThat(outcomes).isEmpty();
    tasks.runAll();
    assertThat(outcomes).hasSize(2).containsOnly(new Outcome.Success<>("v"));
  }

  @Test
  void itIsNoAwaiter() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete("c", outcomes::add);
    assertThat(EntryPoint.awaiters(cache, "k")).isEqualTo(1);

    handle.cancel(true);

    assertThat(loader.run().answer).isCancelled();
    tasks.runAll();
    assertThat(outcomes).containsExactly(new Outcome.Abandoned<>());
  }

  @Test
  void onAHandleOfAClosedCacheItIsNotifiedOfTheClose() {
    cache.close();
    FetchHandle<String> failed = cache.getOrFetch("k", loader.async());

    assertThat(failed.onComplete("c", outcomes::add)).isEqualTo(Registration.RAN_NOW);

    tasks.runAll();
    assertThat(outcomes)
        .singleElement()
        .isEqualTo(new Outcome.Failure<>(Eventually.failure(failed)));
  }

  @Test
  void eachOfManyRunsOnce() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    for (int i = 0; i < 1_000; i++) {
      assertThat(handle.onComplete("c" + i, outcomes::add)).isEqualTo(Registration.ADDED);
    }
    assertThat(cache.inFlight())
        .singleElement()
        .satisfies(flight -> assertThat(flight.continuations()).isEqualTo(1_000));

    loader.run().complete("v");
    tasks.runAll();

    assertThat(outcomes).hasSize(1_000).containsOnly(new Outcome.Success<>("v"));
  }
}
