package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Compares a cache with the {@link CacheModel} of it. */
final class ModelCheck {
  private ModelCheck() {}

  /** Compares all that can be seen after a step. */
  static void check(ModelRun run) {
    run.handles.forEach(ModelCheck::checkHandle);
    run.model.keys.values().forEach(key -> checkKey(run, key));
    checkStats(run);
    checkFlights(run);
    checkLoads(run);
    checkRemovals(run);
  }

  private static void checkHandle(FetchHandle<String> handle, ModelHandle expected) {
    String name = "the handle of step " + expected.step.number();
    assertThat(handle.isDone()).as("%s is done", name).isEqualTo(expected.isDone);
    assertThat(handle.isCancelled()).as("%s is cancelled", name).isEqualTo(expected.isCancelled);
    assertThat(handle.origin()).as("origin of %s", name).isEqualTo(expected.origin);
    if (!expected.isDone || expected.isCancelled) {
      return;
    }
    Throwable failure = failure(handle);
    if (expected.failure == null) {
      assertThat(failure).as("failure of %s", name).isNull();
      assertThat(handle.join()).as("value of %s", name).isSameAs(expected.value);
    } else if (expected.failure instanceof Class<?> type) {
      assertThat(failure).as("failure of %s", name).isExactlyInstanceOf(type);
    } else {
      assertThat(failure).as("failure of %s", name).isSameAs(expected.failure);
    }
  }

  private static @Nullable Throwable failure(CompletableFuture<?> future) {
    return future.handle((value, failure) -> failure).join();
  }

  private static void checkKey(ModelRun run, ModelKey key) {
    ModelEntry entry = key.live(run.model.now);
    CachedValue<String> found = run.inside().l1().peek(key.key); // quietly: it evicts nothing
    assertThat(found == null ? null : found.value())
        .as("value of key %s", key.key)
        .isSameAs(entry == null ? null : entry.value);
    if (entry != null) {
      assertThat(run.cache.tags(key.key)).as("tags of key %s", key.key).isEqualTo(entry.tags);
    }
  }

  private static void checkStats(ModelRun run) {
    CacheStats stats = run.cache.stats();
    run.model.counts.forEach(
        (stat, count) ->
            assertThat(stat.of(stats)).as("count of %s", stat).isEqualTo((long) count));
  }

  private static void checkFlights(ModelRun run) {
    List<String> found = new ArrayList<>();
    for (InFlight<String> flight : run.cache.inFlight()) {
      found.add(text(flight.key(), flight.phase(), flight.awaiters(), flight.fenced()));
    }
    List<String> expected = new ArrayList<>();
    for (ModelFlight flight : run.model.flights.running) {
      expected.add(text(flight.key, phase(flight), flight.handles.size(), flight.fenced));
    }
    assertThat(found).as("fetches in flight").containsExactlyInAnyOrderElementsOf(expected);
  }

  private static InFlight.Phase phase(ModelFlight flight) {
    if (flight.phase == ModelFlight.Phase.QUEUED) {
      return InFlight.Phase.QUEUED;
    }
    return flight.overdue ? InFlight.Phase.OVERDUE : InFlight.Phase.LOADING;
  }

  private static String text(String key, InFlight.Phase phase, int awaiters, boolean fenced) {
    return "%s %s with %d callers%s".formatted(key, phase, awaiters, fenced ? ", fenced" : "");
  }

  private static void checkLoads(ModelRun run) {
    List<Integer> started = new ArrayList<>();
    for (ModelFlight flight : run.model.flights.all) {
      if (flight.started) {
        int number = flight.loader.number();
        started.add(number);
        ModelRun.Load load = run.loads.get(number);
        assertThat(load).as("load of step %d", number).isNotNull();
        assertThat(load.old())
            .as("value that the loader of step %d is to reload", number)
            .isSameAs(flight.base == null ? null : flight.base.value);
        assertThat(load.stage().isDone())
            .as("end of the load of step %d", number)
            .isEqualTo(flight.ended);
      }
    }
    assertThat(run.loads.keySet()).as("loads").containsExactlyInAnyOrderElementsOf(started);
  }

  private static void checkRemovals(ModelRun run) {
    List<String> rest = new ArrayList<>(run.removed);
    for (String expected : run.model.removed) {
      assertThat(rest.remove(expected)).as("removal of %s", expected).isTrue();
    }
    List<String> expired = new ArrayList<>(run.model.expired);
    for (String seen : rest) {
      assertThat(expired.remove(seen)).as("an unexpected removal of %s", seen).isTrue();
    }
  }

  /** Looks whether anything is left where nothing runs and everything has expired. */
  static void checkAtRest(ModelRun run) {
    check(run);
    assertThat(run.removed)
        .as("removals")
        .hasSize(run.model.removed.size() + run.model.expired.size());
    assertThat(run.cache.stats().evictionCount())
        .as("evictions")
        .isEqualTo(run.model.expired.size());
    assertThat(run.inside().registry.isEmpty()).as("no fetch is left").isTrue();
    assertThat(run.linkedTags()).as("tags of what has expired").isEmpty();
    assertThat(run.inside().tags.noted()).as("notes of tags").isEmpty();
  }
}
