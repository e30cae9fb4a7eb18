package dev.slipstream.jmh.trace;

import com.github.benmanes.caffeine.cache.AsyncCache;
import dev.slipstream.CoalescingCache;
import dev.slipstream.jmh.Caches;
import dev.slipstream.jmh.HandWritten;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A cache before the backend, and what its callers can do when they give up. */
abstract class Side {
  /** Holds every key: what is loaded twice was not coalesced, or was given up in between. */
  private static final long MAXIMUM_SIZE = 1 << 17;

  static final List<String> NAMES = List.of("slipstream", "asyncCache", "asyncCacheCopy", "byHand");

  static Side of(String name, Backend backend) {
    return switch (name) {
      case "slipstream" -> new Slipstream(backend);
      case "asyncCache" -> new Async(backend);
      case "asyncCacheCopy" -> new AsyncCopy(backend);
      case "byHand" -> new ByHand(backend);
      default -> throw new IllegalArgumentException("no side is named " + name);
    };
  }

  abstract CompletableFuture<Integer> ask(Integer key);

  abstract void giveUp(CompletableFuture<Integer> asked);

  void close() {}

  private static final class Slipstream extends Side {
    private final CoalescingCache<Integer, Integer> cache = Caches.slipstream(MAXIMUM_SIZE);
    private final Backend backend;

    Slipstream(Backend backend) {
      this.backend = backend;
    }

    @Override
    CompletableFuture<Integer> ask(Integer key) {
      return cache.getOrFetch(key, (k, context) -> backend.load(k));
    }

    @Override
    void giveUp(CompletableFuture<Integer> asked) {
      asked.cancel(false);
    }

    @Override
    void close() {
      cache.close();
    }
  }

  /** All callers share one future, and one that gives up cancels it. */
  private static class Async extends Side {
    private final AsyncCache<Integer, Integer> cache = Caches.asyncCache(MAXIMUM_SIZE);
    private final Backend backend;

    Async(Backend backend) {
      this.backend = backend;
    }

    @Override
    CompletableFuture<Integer> ask(Integer key) {
      return cache.get(key, (k, executor) -> backend.load(k));
    }

    @Override
    void giveUp(CompletableFuture<Integer> asked) {
      asked.cancel(false);
    }
  }

  /** Each caller has a copy, and one that gives up cancels its own: the load goes on. */
  private static final class AsyncCopy extends Async {
    AsyncCopy(Backend backend) {
      super(backend);
    }

    @Override
    CompletableFuture<Integer> ask(Integer key) {
      CompletableFuture<Integer> shared = super.ask(key);
      return shared.isDone() ? shared : shared.copy();
    }
  }

  /** A caller that gives up just stops waiting: the load goes on. */
  private static final class ByHand extends Side {
    private final HandWritten<Integer, Integer> cache = new HandWritten<>(MAXIMUM_SIZE);
    private final Backend backend;

    ByHand(Backend backend) {
      this.backend = backend;
    }

    @Override
    CompletableFuture<Integer> ask(Integer key) {
      return cache.get(key, backend::load);
    }

    @Override
    void giveUp(CompletableFuture<Integer> asked) {}
  }
}
