package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Compares a cache that gathers its keys with the {@link BatchModel} of it. */
final class BatchModelCheck {
  private BatchModelCheck() {}

  /** Compares all that can be seen after a step. */
  static void check(BatchModelRun run) {
    checkCalls(run);
    run.handles.forEach(BatchModelCheck::checkHandle);
    run.bulks.forEach(BatchModelCheck::checkBulk);
    for (String key : BatchModelStep.KEYS) {
      CachedValue<String> found = run.inside().l1().peek(key);
      same(key, found == null ? null : found.value(), run.model.value(key));
    }
    checkFlights(run);
    checkStats(run);
    same("timers", run.timer.waiting(), run.model.timers.waiting.size());
    same("tasks", run.executor.size(), run.model.loads.tasks.size());
  }

  /** Fails if the two differ. AssertJ takes most of the time of a run if it is asked each time. */
  private static void same(String what, @Nullable Object found, @Nullable Object expected) {
    if (!Objects.equals(found, expected)) {
      assertThat(found).as(what).isEqualTo(expected);
    }
  }

  private static void checkCalls(BatchModelRun run) {
    List<BatchModelLoad> expected = run.model.loads.calls;
    same("calls of the loader", run.calls.size(), expected.size());
    for (int i = 0; i < expected.size(); i++) {
      BatchModelRun.Call call = run.calls.get(i);
      BatchModelLoad load = expected.get(i);
      same("keys of a call", call.keys(), load.asked);
      same("a call has ended", call.stage().isDone(), load.isAnswered || load.isCancelled);
      same("a call is cancelled", call.stage().isCancelled(), load.isCancelled);
      same("a call is given up", call.context().isAbandoned(), load.isCancelled);
    }
  }

  private static void checkHandle(FetchHandle<String> handle, BatchModelCaller expected) {
    if (expected.isCompared) {
      return;
    }
    expected.isCompared = expected.isDone;
    same("origin of a handle", handle.origin(), expected.origin);
    same("a handle is done", handle.isDone(), expected.isDone);
    same("a handle is cancelled", handle.isCancelled(), expected.isCancelled);
    if (expected.isDone && !expected.isCancelled) {
      same("failure of a handle", failure(handle, expected.failure), expected.failure);
      if (expected.failure == null) {
        same("value of a handle", handle.join(), expected.value);
      }
    }
  }

  private static void checkBulk(
      CompletableFuture<Map<String, String>> future, BatchModelBulk expected) {
    if (expected.isCompared) {
      return;
    }
    expected.isCompared = expected.isDone;
    same("a bulk is done", future.isDone(), expected.isDone);
    same("a bulk is cancelled", future.isCancelled(), expected.isCancelled);
    if (expected.isDone && !expected.isCancelled) {
      same("failure of a bulk", failure(future, expected.failure), expected.failure);
      if (expected.failure == null) {
        same(
            "values of a bulk in order",
            List.copyOf(future.join().entrySet()),
            List.copyOf(expected.values().entrySet()));
      }
    }
  }

  /** Returns what a future has failed with; its class, if that is all that is expected. */
  private static @Nullable Object failure(CompletableFuture<?> future, @Nullable Object expected) {
    Throwable failure = future.handle((value, thrown) -> thrown).join();
    return expected instanceof Class && failure != null ? failure.getClass() : failure;
  }

  private static void checkFlights(BatchModelRun run) {
    List<String> found = new ArrayList<>();
    for (InFlight<String> flight : run.cache.inFlight()) {
      found.add(text(flight.key(), flight.phase(), flight.awaiters(), flight.fenced()));
    }
    List<String> expected = new ArrayList<>();
    for (BatchModelFlight flight : run.model.running) {
      expected.add(text(flight.key, flight.phase(), flight.callers.size(), flight.fenced));
    }
    Collections.sort(found);
    Collections.sort(expected);
    same("fetches in flight", found, expected);
  }

  private static String text(String key, InFlight.Phase phase, int callers, boolean fenced) {
    return key + " " + phase + " with " + callers + " callers" + (fenced ? ", fenced" : "");
  }

  private static void checkStats(BatchModelRun run) {
    CacheStats stats = run.cache.stats();
    int uncertain = run.model.uncertain;
    run.model.counts.forEach(
        (stat, count) -> {
          if (stat != ModelStat.FAILURES && stat != ModelStat.ABANDONED) {
            same(stat.name(), stat.of(stats), (long) count);
          }
        });
    int failures = run.model.counts.get(ModelStat.FAILURES);
    int abandoned = run.model.counts.get(ModelStat.ABANDONED);
    assertThat(stats.failureCount())
        .as("count of failures")
        .isBetween((long) failures - uncertain, (long) failures);
    same(
        "count of failures, and of fetches that were abandoned",
        stats.failureCount() + stats.abandonedCount(),
        (long) failures + abandoned);
  }

  /** Looks whether anything is left where nothing runs. */
  static void checkAtRest(BatchModelRun run) {
    run.handles.values().forEach(caller -> caller.isCompared = false);
    run.bulks.values().forEach(bulk -> bulk.isCompared = false);
    check(run);
    assertThat(run.handles.keySet()).as("handles").allMatch(CompletableFuture::isDone);
    assertThat(run.bulks.keySet()).as("bulks").allMatch(CompletableFuture::isDone);
    assertThat(run.inside().registry.isEmpty()).as("no fetch is left").isTrue();
    assertThat(run.timer.waiting()).as("timers").isZero();
    assertThat(run.executor.size()).as("tasks").isZero();
  }
}
