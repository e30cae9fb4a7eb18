package dev.slipstream.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HandWrittenTest {
  private final CompletableFuture<Integer> load = new CompletableFuture<>();
  private final AtomicInteger loads = new AtomicInteger();
  private final Function<Integer, CompletableFuture<Integer>> loader =
      key -> {
        loads.incrementAndGet();
        return load;
      };
  private final HandWritten<Integer, Integer> cache = new HandWritten<>(16);

  @Test
  void callersShareALoadAndItsValueIsCached() {
    CompletableFuture<Integer> first = cache.get(1, loader);
    CompletableFuture<Integer> second = cache.get(1, loader);
    load.complete(7);

    assertSame(first, second);
    assertEquals(7, cache.get(1, loader).join());
    assertEquals(1, loads.get());
    assertEquals(0, cache.inFlight());
  }

  @Test
  void aFailureIsNotCached() {
    CompletableFuture<Integer> failed = cache.get(1, loader);
    load.completeExceptionally(new IllegalStateException("the backend is down"));

    assertTrue(failed.isCompletedExceptionally());
    assertEquals(0, cache.inFlight());
    assertEquals(0, cache.size());
  }
}
