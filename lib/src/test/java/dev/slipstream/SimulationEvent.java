package dev.slipstream;

import org.jspecify.annotations.Nullable;

/** What happens at a time of the simulation, and on which node, if on one. */
final class SimulationEvent {
  final long at;
  final long order;
  final @Nullable SimulatedNode node;
  final Runnable task;
  boolean cancelled;

  SimulationEvent(long at, long order, @Nullable SimulatedNode node, Runnable task) {
    this.at = at;
    this.order = order;
    this.node = node;
    this.task = task;
  }

  /** Does nothing on a node that is dead, and has one that is paused do it later. */
  void run() {
    if (cancelled || (node != null && !node.alive)) {
      return;
    }
    if (node != null && node.paused) {
      node.backlog.add(this);
    } else {
      task.run();
    }
  }
}
