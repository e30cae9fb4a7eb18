package dev.slipstream;

import dev.slipstream.BatchModelSettings.Tasks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the {@link BatchModel} gathers fetches, and has them loaded together. */
final class BatchModelLoads {
  private final BatchModel model;

  /** What is gathered, and the timer that ends that. */
  private final List<BatchModelFlight> gathered = new ArrayList<>();

  private BatchModelTimers.@Nullable Entry delay;

  /** The loads that count, and those that wait. */
  private int running;

  private final Deque<BatchModelLoad> queue = new ArrayDeque<>();

  /** The loads that are tasks on the executor. */
  final List<BatchModelLoad> tasks = new ArrayList<>();

  /** The calls of the loader. */
  final List<BatchModelLoad> calls = new ArrayList<>();

  BatchModelLoads(BatchModel model) {
    this.model = model;
  }

  void gather(BatchModelFlight flight) {
    gathered.add(flight); // a fenced fetch of the same key counts as well
    if (gathered.size() >= model.settings.maxSize()) {
      dispatch();
    } else if (gathered.size() == 1) {
      delay = model.timers.add(model.settings.maxDelay(), this::dispatch);
    }
  }

  private void dispatch() {
    BatchModelLoad load = new BatchModelLoad(gathered);
    load.flights.forEach(flight -> flight.load = load);
    gathered.clear();
    model.timers.remove(delay);
    BatchModelSettings settings = model.settings;
    if (!settings.bounded()) {
      runAsTask(load);
    } else if (running < settings.running() && queue.isEmpty()) {
      admit(load);
    } else if (queue.size() < settings.queued()) {
      load.isQueued = true;
      queue.add(load);
    } else {
      load.flights.forEach(flight -> model.count(ModelStat.REJECTED));
      fail(load, FetchRejectedException.class);
    }
  }

  private void admit(BatchModelLoad load) {
    running++;
    load.counts = true;
    runAsTask(load);
  }

  private void runAsTask(BatchModelLoad load) {
    if (model.settings.tasks() == Tasks.AT_ONCE) {
      run(load);
    } else {
      tasks.add(load);
    }
  }

  /** Runs the task of a load: calls the loader for the keys that somebody still waits for. */
  void run(BatchModelLoad load) {
    tasks.remove(load);
    load.asked = load.keys();
    if (!load.asked.isEmpty()) {
      model.count(ModelStat.BATCHES);
      load.asked.forEach(key -> model.count(ModelStat.BATCHED_KEYS));
      calls.add(load);
      if (model.step.atOnce()) {
        answer(load, model.step.answer());
      }
    }
  }

  void answer(BatchModelLoad load, BatchModelAnswer answer) {
    Object failure = answer.fails();
    if (failure != null) {
      fail(load, failure);
      return;
    }
    load.isAnswered = true;
    for (BatchModelFlight flight : load.flights) {
      if (!flight.ended) {
        String value = answer.value(calls.indexOf(load), flight.key);
        model.succeed(flight, value, answer.stores());
      }
    }
  }

  private void fail(BatchModelLoad load, Object failure) {
    load.isAnswered = true;
    boolean leaves = false;
    for (BatchModelFlight flight : load.flights) {
      if (!flight.ended) {
        if (leaves && flight.mayBeLeftMeanwhile()) {
          model.uncertain++;
        }
        leaves |= flight.callers.stream().anyMatch(c -> c.bulk != null && c.bulk.isWaiting());
        model.fail(flight, ModelStat.FAILURES, failure);
      }
    }
  }

  /** A fetch has ended. */
  void ended(BatchModelFlight flight) {
    if (gathered.remove(flight) && gathered.isEmpty()) {
      model.timers.remove(delay);
    }
    BatchModelLoad load = flight.load;
    if (load != null && load.isUnused()) {
      load.isCancelled = !load.isAnswered && !load.asked.isEmpty();
      load.isQueued = false;
      queue.remove(load);
      if (load.counts) {
        running--;
        admitNext();
      }
    }
  }

  private void admitNext() {
    BatchModelLoad next = queue.poll();
    if (next != null) {
      next.isQueued = false;
      admit(next);
    }
  }

  /** Returns the calls of the loader that have not ended. */
  List<BatchModelLoad> unanswered() {
    return calls.stream().filter(load -> !load.isAnswered && !load.isCancelled).toList();
  }
}
