package dev.slipstream;

import dev.slipstream.LedgerSimulation.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time of a simulation: what has happened, what is to happen when, and what a seed decides. */
final class SimulationTime {
  static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  final Random random;

  private final long seed;
  private final PriorityQueue<SimulationEvent> events =
      new PriorityQueue<>(
          Comparator.comparingLong((SimulationEvent event) -> event.at)
              .thenComparingLong(event -> event.order));
  private final List<String> trace = new ArrayList<>();
  private long now;
  private long order;

  SimulationTime(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  long now() {
    return now;
  }

  /** Runs what is due until then, and a check after each event. */
  void advance(long nanos, Runnable afterEach) {
    long until = now + nanos;
    while (!events.isEmpty() && events.peek().at <= until) {
      SimulationEvent event = events.poll();
      now = event.at;
      event.run();
      afterEach.run();
    }
    now = until;
  }

  SimulationEvent schedule(long delay, @Nullable SimulatedNode node, Runnable task) {
    SimulationEvent event = new SimulationEvent(now + Math.max(0, delay), order++, node, task);
    events.add(event);
    return event;
  }

  /** Returns how long a message takes. */
  long latency() {
    return (random.nextInt(20) == 0 ? random.nextInt(120) : random.nextInt(4)) * MILLI
        + random.nextInt(1000);
  }

  void say(String what) {
    trace.add(now / MILLI + " ms: " + what);
  }

  void check(boolean holds, String violation) {
    if (!holds) {
      throw violation(violation, null);
    }
  }

  Violation violation(String what, @Nullable Throwable cause) {
    Violation violation =
        new Violation(
            "seed %d: %s; replay it with -Dslipstream.seed=%d%n  %s"
                .formatted(seed, what, seed, String.join("\n  ", trace)));
    if (cause != null) {
      violation.initCause(cause);
    }
    return violation;
  }

  /** Returns what happened. */
  List<String> trace() {
    return List.copyOf(trace);
  }
}
