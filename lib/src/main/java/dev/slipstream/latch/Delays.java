package dev.slipstream.latch;

import java.time.Duration;
import java.util.concurrent.Future;

/** How time passes for timeouts and retries. */
@FunctionalInterface
interface Delays {

  /** Runs a task after a delay, on a thread where user code may run; cancelling forgets it. */
  Future<?> schedule(Runnable task, Duration delay);
}
