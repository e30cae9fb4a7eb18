package dev.slipstream.jmh.growth;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.AsyncLoader;
import dev.slipstream.CoalescingCache;
import dev.slipstream.jmh.Caches;
import dev.slipstream.jmh.Checks;
import dev.slipstream.jmh.HandWritten;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A cache under measurement, and its loader, which never completes by itself. */
abstract class Side {
  private static final int MAXIMUM_SIZE = 8_192;

  /** What the latest load is to complete. */
  CompletableFuture<Integer> pending = new CompletableFuture<>();

  long loaded;

  static Side of(String name) {
    return switch (name) {
      case "slipstream" -> new Slipstream();
      case "asyncCache" -> new Async();
      case "byHand" -> new ByHand();
      default ->
          throw new IllegalArgumentException(
              "no side is named %s: name slipstream, asyncCache or byHand".formatted(name));
    };
  }

  /** Returns the future of a caller that shares it where the cache has no private ones. */
  abstract CompletableFuture<Integer> get(Integer key);

  /** Returns the future of a caller that can leave. */
  CompletableFuture<Integer> join(Integer key) {
    return get(key).copy();
  }

  abstract void invalidate(Integer key);

  final CompletableFuture<Integer> load() {
    loaded++;
    pending = new CompletableFuture<>();
    return pending;
  }

  /** Completes what was started and forgets it. */
  final void end(Integer key, CompletableFuture<Integer> load) {
    load.complete(key);
    Checks.require(get(key).isDone(), "a fetch was not complete");
    invalidate(key);
  }

  private static final class Slipstream extends Side {
    private final CoalescingCache<Integer, Integer> cache = Caches.slipstream(MAXIMUM_SIZE);
    private final AsyncLoader<Integer, Integer> loader = (key, context) -> load();

    @Override
    CompletableFuture<Integer> get(Integer key) {
      return cache.getOrFetch(key, loader);
    }

    @Override
    CompletableFuture<Integer> join(Integer key) {
      return cache.getOrFetch(key, loader);
    }

    @Override
    void invalidate(Integer key) {
      cache.invalidate(key);
    }
  }

  private static final class Async extends Side {
    private final AsyncCache<Integer, Integer> cache = Caches.asyncCache(MAXIMUM_SIZE);
    private final BiFunction<Integer, Executor, CompletableFuture<Integer>> loader =
        (key, executor) -> load();

    @Override
    CompletableFuture<Integer> get(Integer key) {
      return cache.get(key, loader);
    }

    @Override
    void invalidate(Integer key) {
      cache.synchronous().invalidate(key);
    }
  }

  private static final class ByHand extends Side {
    private final HandWritten<Integer, Integer> cache = new HandWritten<>(MAXIMUM_SIZE);
    private final Function<Integer, CompletableFuture<Integer>> loader = key -> load();

    @Override
    CompletableFuture<Integer> get(Integer key) {
      return cache.get(key, loader);
    }

    @Override
    void invalidate(Integer key) {
      cache.invalidate(key);
    }
  }
}
