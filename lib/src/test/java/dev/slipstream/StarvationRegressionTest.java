package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Timeouts once ran on the threads of users' code: where these are virtual, as many busy loaders as
 * there are processors held up every timeout of the process.
 */
class StarvationRegressionTest {
  private static final Duration SHORT = Duration.ofMillis(100);

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final int processors = Runtime.getRuntime().availableProcessors();
  private final CountDownLatch busy = new CountDownLatch(processors);
  private final AtomicInteger ended = new AtomicInteger();
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private volatile boolean release;

  /** Keeps every carrier of virtual threads busy: a thread that computes is not unmounted. */
  @BeforeEach
  void occupyAllCarriers() {
    CoalescingCache<String, String> computing = caches.cache();
    for (int i = 0; i < processors; i++) {
      FetchHandle<String> unused = computing.getOrFetch("loader " + i, key -> compute());
    }
    Eventually.opens(busy);
  }

  private String compute() {
    busy.countDown();
    while (!release) {
      Thread.onSpinWait();
    }
    ended.incrementAndGet();
    return "computed";
  }

  @AfterEach
  void release() {
    release = true;
  }

  @Test
  void anotherCachesFetchTimeoutNeedsNoCarrier() {
    CoalescingCache<String, String> other = caches.cache(builder -> builder.fetchTimeout(SHORT));
    FetchHandle<String> handle = other.getOrFetch("k", loader.async());
    assertThat(Eventually.failure(handle)).isInstanceOf(FetchTimeoutException.class);
    assertThat(ended).hasValue(0);
  }

  @Test
  void aCallersOwnTimeoutNeedsNoCarrier() {
    CoalescingCache<String, String> other = caches.cache();
    FetchHandle<String> handle = other.getOrFetch("k", loader.async());
    assertThat(Eventually.failure(handle.orTimeout(SHORT.toMillis(), TimeUnit.MILLISECONDS)))
        .isInstanceOf(TimeoutException.class);
    Eventually.until("the loader is cancelled", () -> loader.run().isCancelled());
    assertThat(ended).hasValue(0);
  }

  @Test
  void aBulksTimeoutNeedsNoCarrier() {
    CoalescingCache<String, String> other = caches.cache(builder -> builder.fetchTimeout(SHORT));
    var bulk = other.getAllOrFetch(List.of("a", "b"), (keys, context) -> new CompletableFuture<>());
    assertThat(Eventually.failure(bulk)).isInstanceOf(FetchTimeoutException.class);
    assertThat(ended).hasValue(0);
  }
}
