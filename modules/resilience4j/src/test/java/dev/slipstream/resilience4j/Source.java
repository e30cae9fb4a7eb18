package dev.slipstream.resilience4j;

import dev.slipstream.AsyncLoader;
import dev.slipstream.FetchContext;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A loader whose stages the test completes. */
final class Source implements AsyncLoader<Integer, String> {
  private final List<CompletableFuture<String>> stages = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<String> load(Integer key, FetchContext context) {
    CompletableFuture<String> stage = new CompletableFuture<>();
    stages.add(stage);
    return stage;
  }

  int calls() {
    return stages.size();
  }

  /** Waits for a call, the first of which is 1, and returns its stage. */
  CompletableFuture<String> call(int number) {
    Eventually.until("call " + number, () -> stages.size() >= number);
    return stages.get(number - 1);
  }
}
