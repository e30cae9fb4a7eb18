package dev.slipstream.jmh;

import dev.slipstream.AsyncLoader;
import dev.slipstream.Loader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * A thread that misses: its keys in turn, none of them another thread's, and the loaders that all
 * sides share. A run in which a call did not load exactly once is refused.
 */
@State(Scope.Thread)
public class Caller {
  @Param("16384")
  int keys; // a power of two

  /** Completes later: the benchmark completes {@link #pending}. */
  final AsyncLoader<Integer, Integer> later = (key, context) -> load();

  final BiFunction<Integer, Executor, CompletableFuture<Integer>> laterAsync =
      (key, executor) -> load();
  final Function<Integer, CompletableFuture<Integer>> laterByHand = key -> load();

  /** Has completed when it returns. */
  final AsyncLoader<Integer, Integer> done = (key, context) -> loaded(key);

  final BiFunction<Integer, Executor, CompletableFuture<Integer>> doneAsync =
      (key, executor) -> loaded(key);
  final Function<Integer, CompletableFuture<Integer>> doneByHand = this::loaded;

  /** Returns the value itself. */
  final Loader<Integer, Integer> blocking = this::value;

  final Function<Integer, Integer> blockingFunction = this::value;

  CompletableFuture<Integer> pending;
  private Integer[] all;
  private int next;
  private int fresh;
  private long asked;
  private long loaded;

  @Setup
  public void makeKeys(ThreadParams threads) {
    all = Keys.range(threads.getThreadIndex() * keys, keys);
    fresh = threads.getThreadIndex() << 28;
  }

  /** Returns the next of the prepared keys, which the benchmark invalidates again. */
  Integer next() {
    asked++;
    return all[next++ & (keys - 1)];
  }

  /** Returns a key that is new to the cache and to the heap: no other call ever has it. */
  @SuppressWarnings("removal")
  Integer fresh() {
    asked++;
    return new Integer(Keys.scatter(fresh++)); // valueOf would cache the small ones
  }

  private CompletableFuture<Integer> load() {
    loaded++;
    pending = new CompletableFuture<>();
    return pending;
  }

  private CompletableFuture<Integer> loaded(Integer key) {
    return CompletableFuture.completedFuture(value(key));
  }

  private Integer value(Integer key) {
    loaded++;
    return key;
  }

  @TearDown
  public void everyCallLoadedOnce() {
    Checks.requireEqual(asked, loaded, "loads");
  }
}
