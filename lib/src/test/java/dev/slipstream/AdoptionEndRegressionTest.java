package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.FlightResult.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A flight that adopts a value which another has just published runs no loader. When abort, the
 * timeout or close published it, it once counted as a fetch that succeeded.
 */
class AdoptionEndRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  @Test
  void anAdoptionThatAbortPublishesIsNoFetch() {
    CoalescingCache<String, String> cache = caches.cache();
    CacheCore<String, String> core = ((SlipstreamCache<String, String>) cache).core;
    Flight<String, String> flight = new Flight<>(core, "k", null);
    AwaiterHandle<String> handle = new AwaiterHandle<>(flight, Origin.STARTED);
    flight.addFirst(handle);
    assertThat(core.registry.claim(null, flight.slot)).isTrue();

    assertThat(flight.decideToAdopt(core.l1().newEntry("published"))).isTrue();
    assertThat(flight.end(Failures.aborted("k", core.config, new Exception()), End.FAILURE))
        .as("the abort came too late")
        .isFalse();

    assertThat(handle).isCompletedWithValue("published");
    assertThat(cache.stats().fetchCount()).isZero();
    assertThat(cache.stats().successCount()).isZero();
    assertThat(cache.stats().failureCount()).isZero();
  }
}
