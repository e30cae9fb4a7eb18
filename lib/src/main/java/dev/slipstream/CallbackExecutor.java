package dev.slipstream;

import dev.slipstream.internal.FallbackExecutor;
import java.util.concurrent.Executor;

/**
 * The executor of callbacks and deliveries: what the user's executor rejects runs on the library's
 * own threads (G8). An executor may run a task on the calling thread: the loads on its stack are
 * put aside meanwhile.
 */
final class CallbackExecutor extends FallbackExecutor {
  CallbackExecutor(Executor delegate) {
    super(delegate);
  }

  @Override
  public void execute(Runnable task) {
    int aside = LoadStack.putAside();
    try {
      super.execute(task);
    } finally {
      LoadStack.takeBack(aside);
    }
  }
}
