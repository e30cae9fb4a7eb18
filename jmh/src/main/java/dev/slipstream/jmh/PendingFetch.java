package dev.slipstream.jmh;

import dev.slipstream.AsyncLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/** One key whose loader does not complete by itself, for all sides alike; it counts its loads. */
public class PendingFetch {
  final Integer key = 1;
  final AsyncLoader<Integer, Integer> loader = (key, context) -> load();
  final BiFunction<Integer, Executor, CompletableFuture<Integer>> asyncLoader =
      (key, executor) -> load();
  final Function<Integer, CompletableFuture<Integer>> loaderByHand = key -> load();

  CompletableFuture<Integer> pending;
  long loaded;

  private CompletableFuture<Integer> load() {
    loaded++;
    pending = new CompletableFuture<>();
    return pending;
  }
}
