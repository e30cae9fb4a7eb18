package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.BatchModelAnswer.Kind;
import dev.slipstream.BatchModelSettings.Tasks;
import dev.slipstream.BatchModelStep.What;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualExecutor;
import dev.slipstream.testing.ManualTimer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A cache that gathers its keys and the {@link BatchModel} of it, which take the same steps. */
final class BatchModelRun implements AutoCloseable {
  private final Duration longest;
  final BatchModel model;
  private final FakeTicker ticker = new FakeTicker();
  final ManualTimer timer = new ManualTimer();
  final ManualExecutor executor = new ManualExecutor();
  final LoadingCoalescingCache<String, String> cache;

  /** What callers have got, and what it is in the model. */
  final Map<FetchHandle<String>, BatchModelCaller> handles = new LinkedHashMap<>();

  final Map<CompletableFuture<Map<String, String>>, BatchModelBulk> bulks = new LinkedHashMap<>();

  /** The calls of the loader. */
  final List<Call> calls = new ArrayList<>();

  /**
   * Makes one without steps.
   *
   * @param longest how long the library's threads may take to do something
   */
  BatchModelRun(BatchModelSettings settings, Duration longest) {
    this.longest = longest;
    model = new BatchModel(settings);
    cache = settings.build(this::load, ticker, timer, executor);
  }

  /** A call of the loader. */
  record Call(
      int number,
      List<String> keys,
      FetchContext context,
      CompletableFuture<Map<String, String>> stage) {

    /** Ends it. */
    void bring(BatchModelAnswer answer) {
      if (!answer.stores()) {
        context.doNotStore();
      }
      if (answer.kind() == Kind.FAILURE || answer.kind() == Kind.THROWN) {
        stage.completeExceptionally(answer.failure());
      } else {
        stage.complete(answer.map(number, keys));
      }
    }
  }

  private CompletableFuture<Map<String, String>> load(
      Set<? extends String> keys, FetchContext context) throws IOException {
    Call call = new Call(calls.size(), List.copyOf(keys), context, new CompletableFuture<>());
    calls.add(call);
    BatchModelStep step = model.step;
    if (step.atOnce()) {
      call.bring(step.answer());
      if (step.answer().kind() == Kind.THROWN) {
        throw step.answer().failure();
      }
    }
    return call.stage;
  }

  /** Takes a step, and looks whether both have come to the same. */
  void take(BatchModelStep step) {
    model.step = step;
    String key = step.key();
    switch (step.what()) {
      case GET -> handles.put(cache.getOrFetch(key), model.get(key));
      case GET_ALL -> getAll(step.keys());
      case REFRESH -> handles.put(cache.refresh(key), model.refresh(key));
      case PREFETCH -> {
        cache.prefetch(key);
        model.prefetch(key);
      }
      case LEAVE -> leave(step.pick());
      case ANSWER -> answer(step);
      case RUN -> {
        if (!model.loads.tasks.isEmpty()) {
          runTask();
        }
      }
      case TIME -> pass(step.units());
      case AGE -> {
        ticker.advance(BatchModelSettings.UNIT.multipliedBy(step.units()));
        model.age(step.units());
      }
      case PUT -> {
        cache.put(key, "put " + step.number());
        model.put(key, "put " + step.number());
      }
      case INVALIDATE -> {
        cache.invalidate(key);
        model.invalidate(key);
      }
      case INVALIDATE_ALL -> {
        cache.invalidateAll();
        BatchModelStep.KEYS.forEach(model::invalidate);
      }
      case ABORT -> {
        boolean unused = cache.abort(key, new IllegalStateException("aborted"));
        model.abort(key);
      }
      default -> throw new AssertionError(step);
    }
    settle();
    BatchModelCheck.check(this);
  }

  private void getAll(List<String> keys) {
    boolean isFailureSeen = bulks.values().stream().anyMatch(BatchModelBulk::isWaiting);
    boolean oneOnly = isFailureSeen && model.settings.failsWithinCalls();
    List<String> asked = oneOnly ? keys.subList(0, 1) : keys;
    bulks.put(cache.getAllOrFetch(asked), model.getAll(asked));
  }

  private void leave(int pick) {
    List<Runnable> waiting = new ArrayList<>();
    handles.forEach(
        (handle, caller) -> {
          if (!caller.isDone) {
            waiting.add(() -> leave(handle, caller));
          }
        });
    bulks.forEach(
        (future, bulk) -> {
          if (!bulk.isDone) {
            waiting.add(() -> leave(future, bulk));
          }
        });
    if (!waiting.isEmpty()) {
      waiting.get(pick % waiting.size()).run();
    }
  }

  private void leave(FetchHandle<String> handle, BatchModelCaller caller) {
    boolean unused = handle.cancel(true);
    model.leave(caller);
  }

  private void leave(CompletableFuture<Map<String, String>> future, BatchModelBulk bulk) {
    boolean unused = future.cancel(true);
    bulk.isCancelled = true;
    bulk.leave();
  }

  private void answer(BatchModelStep step) {
    List<BatchModelLoad> loads = model.loads.unanswered();
    if (!loads.isEmpty()) {
      BatchModelLoad load = loads.get(step.pick() % loads.size());
      calls.get(model.loads.calls.indexOf(load)).bring(step.answer());
      model.loads.answer(load, step.answer());
    }
  }

  /** Lets the time of the timers pass, from one to the next. */
  private void pass(int units) {
    int until = model.timers.time + units;
    while (runTimer(until)) {
      settle();
    }
    timer.advance(BatchModelSettings.UNIT.multipliedBy(until - model.timers.time));
    model.timers.time = until;
  }

  private boolean runTimer(int until) {
    boolean ran = timer.runNext(BatchModelSettings.UNIT.multipliedBy(until - model.timers.time));
    assertThat(ran).as("a timer is due").isEqualTo(model.timers.runNext(until));
    return ran;
  }

  /** Runs what is left to timers, to the executor and to the library's threads. */
  private void settle() {
    do {
      settleFailures();
      while (model.settings.tasks() == Tasks.SOON && !model.loads.tasks.isEmpty()) {
        runTask();
      }
    } while (runTimer(model.timers.time));
  }

  private void settleFailures() {
    while (!model.failing.isEmpty()) {
      bulks.forEach(
          (future, bulk) -> {
            if (model.failing.contains(bulk)) {
              await("a bulk ends with the failure of a key", future::isDone);
            }
          });
      model.leaveFailed();
    }
    int tasks = model.loads.tasks.size();
    boolean mayBeLate = model.settings.bounded(); // a load that leaves the queue
    if (executor.size() > tasks || (!mayBeLate && executor.size() < tasks)) {
      throw new AssertionError(executor.size() + " tasks on the executor in place of " + tasks);
    }
    await(tasks + " tasks are on the executor", () -> executor.size() == tasks);
  }

  private void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + longest.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() < end).as(what).isTrue();
      Thread.yield();
    }
  }

  /** Runs a task; it is that of the load whose keys the loader is asked for. */
  private void runTask() {
    int before = calls.size();
    executor.runNext();
    List<String> asked = calls.size() == before ? List.of() : calls.get(before).keys();
    BatchModelLoad load =
        model.loads.tasks.stream()
            .filter(task -> task.keys().equals(asked))
            .findFirst()
            .orElseThrow(
                () ->
                    new AssertionError(
                        "the loader is asked for %s, and the tasks are of %s"
                            .formatted(
                                asked,
                                model.loads.tasks.stream().map(BatchModelLoad::keys).toList())));
    model.loads.run(load);
    settleFailures();
  }

  /** Ends all that runs, and looks whether anything is left, be it a load's place. */
  void finish() {
    end();
    take(BatchModelStep.last(What.INVALIDATE_ALL, "a", 0));
    for (String key : BatchModelStep.KEYS) {
      take(BatchModelStep.last(What.GET, key, 0));
      end();
    }
    BatchModelStep.KEYS.forEach(key -> assertThat(cache.getIfPresent(key)).isNotNull());
    BatchModelCheck.checkAtRest(this);
  }

  private void end() {
    while (!model.running.isEmpty() || !model.loads.tasks.isEmpty()) {
      take(BatchModelStep.last(What.TIME, "a", model.settings.maxDelay()));
      take(BatchModelStep.last(What.RUN, "a", 0));
      take(BatchModelStep.last(What.ANSWER, "a", 0));
    }
  }

  @Override
  public void close() {
    cache.close();
  }

  CacheCore<String, String> inside() {
    return ((SlipstreamCache<String, String>) cache).core;
  }
}
