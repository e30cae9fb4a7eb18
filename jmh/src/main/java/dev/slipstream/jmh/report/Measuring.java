package dev.slipstream.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs the steps that are left, round by round. Ctrl-C ends it between what is kept already. */
final class Measuring {
  private static final int SHOWN_LINES = 12;

  private final Settings settings;
  private final Store store;
  private final StepRunner runner;
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final List<Task> tasks = new ArrayList<>();

  Measuring(Settings settings, Store store, Path jar) {
    this.settings = settings;
    this.store = store;
    runner = new StepRunner(jar);
    for (int round = 1; round <= settings.rounds(); round++) {
      for (Jdk jdk : settings.jdks()) {
        for (Step step : settings.steps(jdk)) {
          tasks.add(new Task(jdk, round, step));
        }
      }
    }
  }

  private record Task(Jdk jdk, int round, Step step) {}

  /** Returns how many steps have no results yet. */
  long left() {
    return tasks.stream().filter(this::isLeft).count();
  }

  String howToGoOn() {
    return "%d of %d steps are measured and kept: go on with \"%s continue\""
        .formatted(tasks.size() - left(), tasks.size(), settings.command());
  }

  void run() throws StepRunner.Failed, IOException, InterruptedException {
    Thread onInterrupt = new Thread(this::stop, "interrupted");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try {
      runTasks();
    } catch (StepRunner.Failed e) {
      if (interrupted.await(1, TimeUnit.SECONDS)) { // Ctrl-C reaches a fork before it reaches us
        Thread.currentThread().join();
      }
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
      throw e;
    }
    Runtime.getRuntime().removeShutdownHook(onInterrupt);
  }

  private void runTasks() throws StepRunner.Failed, IOException, InterruptedException {
    double pace = 1;
    double planned = 0;
    double spent = 0;
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      if (isLeft(task)) {
        announce(i, pace);
        long start = System.nanoTime();
        run(task);
        spent += (System.nanoTime() - start) / 1e9;
        planned += task.step().seconds();
        pace = spent / planned;
      }
    }
  }

  private boolean isLeft(Task task) {
    return !store.has(task.jdk(), task.round(), task.step());
  }

  private void announce(int index, double pace) {
    Task task = tasks.get(index);
    double seconds =
        tasks.stream().filter(this::isLeft).mapToDouble(left -> left.step().seconds()).sum() * pace;
    Duration left = Duration.ofSeconds((long) seconds);
    System.err.printf(
        "[%d/%d] round %d of %d, JDK %s: %s; about %d:%02d min left%n",
        index + 1,
        tasks.size(),
        task.round(),
        settings.rounds(),
        task.jdk().version(),
        task.step().name(),
        left.toMinutes(),
        left.toSecondsPart());
  }

  private void run(Task task) throws StepRunner.Failed, IOException, InterruptedException {
    store.prepare(task.jdk(), task.round());
    Path log = store.log(task.jdk(), task.round(), task.step());
    try {
      store.put(task.jdk(), task.round(), task.step(), runner.run(task.step(), task.jdk(), log));
    } catch (StepRunner.Failed e) {
      throw new StepRunner.Failed(
          "step %s failed: %s%n%s%nsee %s; %s"
              .formatted(task.step().name(), e.getMessage(), reason(log), log, howToGoOn()),
          e);
    }
  }

  /** Returns what JMH says of a benchmark that failed, or else the end of the log. */
  private static String reason(Path log) throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    int from = Math.max(0, lines.size() - SHOWN_LINES);
    for (int i = lines.size() - 1; i >= 0; i--) {
      from = lines.get(i).endsWith("<failure>") ? i : from;
    }
    return String.join(
        System.lineSeparator(), lines.subList(from, Math.min(lines.size(), from + SHOWN_LINES)));
  }

  private void stop() {
    interrupted.countDown();
    runner.stop();
    System.err.printf("%nInterrupted. %s%n", howToGoOn());
  }
}
