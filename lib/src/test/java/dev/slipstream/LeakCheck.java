package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Gives a test its caches, and checks after it that nothing is left behind in them: no flight, no
 * awaiter, no continuation, no watcher, and books that balance. A test that leaves a fetch running
 * on purpose ends it itself. Register it as a field, with {@link RegisterExtension}: one for each
 * test.
 */
final class LeakCheck implements AfterEachCallback {
  private final List<CoalescingCache<?, ?>> caches = new CopyOnWriteArrayList<>();

  /** Returns a cache named "test" that counts, with default settings otherwise. */
  CoalescingCache<String, String> cache() {
    return cache(builder -> builder);
  }

  /** Returns a cache named "test" that counts, with the settings given. */
  CoalescingCache<String, String> cache(
      UnaryOperator<CoalescingCacheBuilder<Object, Object>> with) {
    return track(with.apply(CoalescingCache.builder().name("test").recordStats()).build());
  }

  /** Has a cache checked that the test built itself. */
  <C extends CoalescingCache<?, ?>> C track(C cache) {
    caches.add(cache);
    return cache;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean failed = context.getExecutionException().isPresent();
    try {
      if (!failed) {
        caches.forEach(LeakCheck::checkAtRest);
      }
    } finally {
      caches.forEach(CoalescingCache::close);
    }
  }

  private static void checkAtRest(CoalescingCache<?, ?> cache) {
    Awaitility.await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertThat(cache.inFlight()).as("flights left behind").isEmpty();
              checkBooks(cache.stats());
              checkInside(cache);
            });
  }

  private static void checkBooks(CacheStats stats) {
    long ends =
        stats.successCount()
            + stats.absentCount()
            + stats.failureCount()
            + stats.abandonedCount()
            + stats.timeoutCount();
    assertThat(ends).as("ends of fetches in %s", stats).isEqualTo(stats.fetchCount());
  }

  /** Looks at the invariants behind the interface. */
  private static void checkInside(CoalescingCache<?, ?> cache) {
    SlipstreamCache<?, ?> inside = (SlipstreamCache<?, ?>) cache;
    inside.lost.reapCollected();
    CacheCore<?, ?> core = inside.core;
    assertThat(core.registry.isEmpty()).as("the registry is empty").isTrue();
    assertThat(core.notifier().hub.trackedKeys()).as("keys that somebody watches").isZero();
    assertThat(core.touched.isEmpty()).as("no bulk load is kept").isTrue();
    assertThat(WaitGraph.isEmpty()).as("no wait is recorded").isTrue();
    assertThat(LoadStack.active()).as("loads on the test's thread").isEmpty();
  }
}
