package dev.slipstream;

import dev.slipstream.ledger.InMemoryFetchLedger;
import dev.slipstream.ledger.SteppedLedgers;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A ledger, its clock, and what it has executed. */
final class SimulatedServer {
  final ArrayDeque<SimulationStep> lag = new ArrayDeque<>();
  final InMemoryFetchLedger<String, String> ledger;

  private final SimulationTime time;
  private final long madeAt;
  private final List<SimulationStep> steps = new ArrayList<>();
  private long replaysAt;

  SimulatedServer(SimulationTime time, long madeAt) {
    this.time = time;
    this.madeAt = madeAt;
    this.replaysAt = madeAt;
    this.ledger =
        SteppedLedgers.create(() -> replaysAt < 0 ? time.now() : replaysAt, Runnable::run);
    this.replaysAt = -1;
  }

  CompletableFuture<?> execute(SimulationStep step) {
    steps.add(step);
    try {
      return ((CompletionStage<?>) step.method().invoke(ledger, step.arguments()))
          .toCompletableFuture();
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }

  void replay(SimulationStep step) {
    replaysAt = step.at();
    CompletableFuture<?> ignored = execute(step);
    replaysAt = -1;
  }

  /** Returns a replica that has executed the same. */
  SimulatedServer copy() {
    SimulatedServer copy = new SimulatedServer(time, madeAt);
    steps.forEach(copy::replay);
    return copy;
  }
}
