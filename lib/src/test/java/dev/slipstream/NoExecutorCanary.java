package dev.slipstream;

import java.util.concurrent.CompletableFuture;

/** For {@link ArchitectureTest}: a task without an executor of its own. */
final class NoExecutorCanary {
  static CompletableFuture<String> supply() {
    return CompletableFuture.supplyAsync(() -> "on the common pool");
  }
}
