package dev.slipstream.ledger;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs calls at once and completes their stages by tasks. */
final class Stages {
  private final Executor executor;
  private volatile boolean closed;

  Stages(Executor executor) {
    this.executor = executor;
  }

  /** Refuses calls from now on. */
  void close() {
    closed = true;
  }

  CompletionStage<Void> run(Runnable call) {
    return run(
        () -> {
          call.run();
          return null;
        });
  }

  <R extends @Nullable Object> CompletionStage<R> run(Supplier<R> call) {
    CompletableFuture<R> stage = new CompletableFuture<>();
    try {
      if (closed) {
        throw new LedgerUnavailableException("the ledger is closed: use another", null);
      }
      R result = call.get();
      LedgerThreads.execute(executor, () -> stage.complete(result));
    } catch (Throwable failure) {
      LedgerThreads.execute(executor, () -> stage.completeExceptionally(failure));
    }
    return stage;
  }
}
