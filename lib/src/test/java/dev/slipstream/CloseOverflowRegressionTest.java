package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A close that came to the end of its stack left what it had no room for to nobody: handles that no
 * one completed, and flights that stayed in the table of a closed cache.
 */
@Timeout(120)
class CloseOverflowRegressionTest {
  private static final int STACK_BYTES = 128 * 1024;
  private static final int DEPTHS = 100;
  private static final int DIVES = 5;

  private final List<SlipstreamCache<Integer, String>> caches = new ArrayList<>();
  private final List<FetchHandle<String>> handles = new ArrayList<>();
  private int next;
  private int threw;

  @Test
  void aCloseThatOverflowsTheStackAnywhereEndsAllFlightsInTheEnd() throws Exception {
    for (int i = 0; i < DIVES; i++) {
      for (int depth = 0; depth < DEPTHS; depth++) {
        caches.add(cacheWithAFetch());
      }
      Thread diver = new Thread(null, this::dive, "diver", STACK_BYTES);
      diver.start();
      diver.join();
      for (; next < caches.size(); next++) {
        caches.get(next).close();
      }
    }
    assertThat(threw).as("closes that threw").isPositive();

    for (FetchHandle<String> handle : handles) {
      Eventually.until("a handle to be done", handle::isDone);
    }
    for (SlipstreamCache<Integer, String> cache : caches) {
      Eventually.until("the table to be empty", cache.core.registry::isEmpty);
    }
  }

  private SlipstreamCache<Integer, String> cacheWithAFetch() {
    CoalescingCache<Integer, String> built =
        CoalescingCache.builder().fetchTimeout(Duration.ofHours(1)).executor(Runnable::run).build();
    SlipstreamCache<Integer, String> cache = (SlipstreamCache<Integer, String>) built;
    handles.add(cache.getOrFetch(1, (key, context) -> new CompletableFuture<>()));
    return cache;
  }

  /** Closes a cache at each of the deepest frames; one that throws is closed again later. */
  private void dive() {
    try {
      dive();
    } catch (StackOverflowError deepest) {
      next = caches.size() - DEPTHS;
    }
    if (next < caches.size()) {
      SlipstreamCache<Integer, String> cache = caches.get(next);
      try {
        cache.close();
      } catch (StackOverflowError e) {
        threw++;
        return; // this cache once more, in a frame with more room
      }
      next++;
    }
  }
}
