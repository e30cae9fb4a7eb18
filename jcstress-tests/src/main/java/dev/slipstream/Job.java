package dev.slipstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A loader that the test completes; all of its runs return the same future. */
final class Job implements AsyncLoader<String, Integer> {
  final CompletableFuture<Integer> answer = new CompletableFuture<>();
  private final AtomicInteger runs = new AtomicInteger();
  private volatile FetchContext context;

  @Override
  public CompletionStage<Integer> load(String key, FetchContext context) {
    this.context = context;
    runs.incrementAndGet();
    return answer;
  }

  int runs() {
    return runs.get();
  }

  /** Returns "unstarted", "abandoned", or else "wanted". */
  String fate() {
    if (context == null) {
      return "unstarted";
    }
    return context.isAbandoned() ? "abandoned" : "wanted";
  }
}
