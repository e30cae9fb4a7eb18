package dev.slipstream;

import dev.slipstream.internal.Timer;
import java.util.concurrent.TimeUnit;

/** A simulated node's timer. */
final class SimulatedTimer implements Timer {
  private final SimulationTime time;
  private final SimulatedNode node;

  SimulatedTimer(SimulationTime time, SimulatedNode node) {
    this.time = time;
    this.node = node;
  }

  @Override
  public Handle schedule(Runnable task, long delay, TimeUnit unit) {
    SimulationEvent event = time.schedule(unit.toNanos(delay), node, task);
    return () -> event.cancelled = true;
  }

  @Override
  public Handle scheduleCallback(Runnable task, long delay, TimeUnit unit) {
    return schedule(task, delay, unit);
  }
}
