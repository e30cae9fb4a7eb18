package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      assertThat(found == null ? null : found.value())
          .as("value of key %s", key)
          .isEqualTo(run.model.value(key));
    }
    checkFlights(run);
    checkStats(run);
    assertThat(run.timer.waiting()).as("timers").isEqualTo(run.model.timers.waiting.size());
    assertThat(run.executor.size()).as("tasks").isEqualTo(run.model.loads.tasks.size());
  }

  private static void checkCalls(BatchModelRun run) {
    List<BatchModelLoad> expected = run.model.loads.calls;
    assertThat(run.calls).as("calls of the loader").hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      BatchModelRun.Call call = run.calls.get(i);
      BatchModelLoad load = expected.get(i);
      assertThat(call.keys()).as("keys of call %d", i).isEqualTo(load.asked);
      assertThat(call.stage().isDone())
          .as("end of call %d", i)
          .isEqualTo(load.isAnswered || load.isCancelled);
      assertThat(call.stage().isCancelled()).as("cancel of call %d", i).isEqualTo(load.isCancelled);
      assertThat(call.context().isAbandoned())
          .as("call %d is given up", i)
          .isEqualTo(load.isCancelled);
    }
  }

  private static void checkHandle(FetchHandle<String> handle, BatchModelCaller expected) {
    String name = "the handle on " + expected.key;
    assertThat(handle.origin()).as("origin of %s", name).isEqualTo(expected.origin);
    checkFuture(name, handle, expected.isDone, expected.isCancelled, expected.failure);
    if (expected.isDone && !expected.isCancelled && expected.failure == null) {
      assertThat(handle.join()).as("value of %s", name).isEqualTo(expected.value);
    }
  }

  private static void checkBulk(
      CompletableFuture<Map<String, String>> future, BatchModelBulk expected) {
    String name = "the bulk of " + expected.parts.stream().map(part -> part.key).toList();
    checkFuture(name, future, expected.isDone, expected.isCancelled, expected.failure);
    if (expected.isDone && !expected.isCancelled && expected.failure == null) {
      assertThat(future.join().entrySet())
          .as("values of %s", name)
          .containsExactlyElementsOf(expected.values().entrySet());
    }
  }

  private static void checkFuture(
      String name,
      CompletableFuture<?> future,
      boolean isDone,
      boolean isCancelled,
      @Nullable Object expected) {
    assertThat(future.isDone()).as("%s is done", name).isEqualTo(isDone);
    assertThat(future.isCancelled()).as("%s is cancelled", name).isEqualTo(isCancelled);
    if (!isDone || isCancelled) {
      return;
    }
    Throwable failure = future.handle((value, thrown) -> thrown).join();
    if (expected instanceof Class<?> type) {
      assertThat(failure).as("failure of %s", name).isExactlyInstanceOf(type);
    } else {
      assertThat(failure).as("failure of %s", name).isSameAs(expected);
    }
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
    assertThat(found).as("fetches in flight").containsExactlyInAnyOrderElementsOf(expected);
  }

  private static String text(String key, InFlight.Phase phase, int callers, boolean fenced) {
    return "%s %s with %d callers%s".formatted(key, phase, callers, fenced ? ", fenced" : "");
  }

  private static void checkStats(BatchModelRun run) {
    CacheStats stats = run.cache.stats();
    int uncertain = run.model.uncertain;
    run.model.counts.forEach(
        (stat, count) -> {
          if (stat != ModelStat.FAILURES && stat != ModelStat.ABANDONED) {
            assertThat(stat.of(stats)).as("count of %s", stat).isEqualTo((long) count);
          }
        });
    int failures = run.model.counts.get(ModelStat.FAILURES);
    int abandoned = run.model.counts.get(ModelStat.ABANDONED);
    assertThat(stats.failureCount())
        .as("count of failures")
        .isBetween((long) failures - uncertain, (long) failures);
    assertThat(stats.failureCount() + stats.abandonedCount())
        .as("count of failures, and of fetches that were abandoned")
        .isEqualTo((long) failures + abandoned);
  }

  /** Looks whether anything is left where nothing runs. */
  static void checkAtRest(BatchModelRun run) {
    check(run);
    assertThat(run.handles.keySet()).as("handles").allMatch(CompletableFuture::isDone);
    assertThat(run.bulks.keySet()).as("bulks").allMatch(CompletableFuture::isDone);
    assertThat(run.inside().registry.isEmpty()).as("no fetch is left").isTrue();
    assertThat(run.timer.waiting()).as("timers").isZero();
    assertThat(run.executor.size()).as("tasks").isZero();
  }
}
