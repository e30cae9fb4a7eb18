package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.canal.EventSubscription;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * G14: an {@code onAvailable} action ran under the slot's monitor, or within Caffeine's atomic
 * step, and one that blocked held up every call of the same key.
 */
class StuckActionRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache =
      caches.cache(builder -> builder.eventJournal(100).maximumSize(1));
  private final ControlledLoader<String> loader = new ControlledLoader<>();
  private final EventSubscription<String, String> events = cache.events().subscribe(100);
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** The next event's action blocks the thread that it runs on. */
  private void block() {
    while (!events.pullNow(100).isEmpty()) {
      continue;
    }
    assertThat(
            events.onAvailable(
                () -> {
                  entered.countDown();
                  waitForRelease();
                }))
        .isTrue();
  }

  private void waitForRelease() {
    try {
      release.await(); // for as long as it takes
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private boolean complete() {
    loader.run().complete("v");
    return true;
  }

  @AfterEach
  void release() {
    release.countDown();
    events.close();
  }

  @Test
  void aCallerThatIsStuckInTheActionHoldsUpNoOtherOfTheKey() {
    FetchHandle<String> first = cache.getOrFetch("k", loader.async());
    block();
    Caller<FetchHandle<String>> stuck = Caller.start(() -> cache.getOrFetch("k", loader.async()));
    Eventually.opens(entered);

    FetchHandle<String> peer = Caller.start(() -> cache.getOrFetch("k", loader.async())).value();
    assertThat(Caller.start(() -> peer.cancel(true)).value()).isTrue();
    assertThat(Caller.start(this::complete).value()).isTrue();

    assertThat(Eventually.value(first)).isEqualTo("v");
    release.countDown();
    assertThat(Eventually.value(stuck.value())).isEqualTo("v");
  }

  @Test
  void aLeaverThatIsStuckInTheActionHoldsUpNoOtherOfTheKey() {
    FetchHandle<String> first = cache.getOrFetch("k", loader.async());
    FetchHandle<String> leaver = cache.getOrFetch("k", loader.async());
    block();
    Caller<Boolean> stuck = Caller.start(() -> leaver.cancel(true));
    Eventually.opens(entered);

    assertThat(Caller.start(this::complete).value()).isTrue();

    assertThat(Eventually.value(first)).isEqualTo("v");
    release.countDown();
    assertThat(stuck.value()).isTrue();
  }

  @Test
  void aWriterThatIsStuckInTheActionOfAnEvictionHoldsUpNoWriteToTheEvictedKey() {
    cache.put("a", "1");
    block();
    Caller<Boolean> stuck =
        Caller.start(
            () -> {
              cache.put("b", "2");
              return true;
            });
    Eventually.opens(entered);

    Caller<String> other =
        Caller.start(
            () -> {
              cache.put("a", "3");
              cache.put("b", "4");
              return cache.getIfPresent("b");
            });

    assertThat(other.value()).isIn("4", null);
    release.countDown();
    assertThat(stuck.value()).isTrue();
  }

  @Test
  void anEvictionByAReadOrACleanUpIsReportedWithoutAFurtherWrite() {
    FakeTicker ticker = new FakeTicker();
    CoalescingCache<String, String> expiring =
        caches.cache(
            builder ->
                builder.eventJournal(100).ticker(ticker).expireAfterWrite(Duration.ofSeconds(1)));
    EventSubscription<String, String> evictions = expiring.events().subscribe(100);
    expiring.put("a", "1");
    while (!evictions.pullNow(100).isEmpty()) {
      continue;
    }
    CountDownLatch available = new CountDownLatch(1);
    assertThat(evictions.onAvailable(available::countDown)).isTrue();

    ticker.advance(Duration.ofSeconds(2));
    expiring.cleanUp();

    Eventually.opens(available);
    evictions.close();
  }
}
