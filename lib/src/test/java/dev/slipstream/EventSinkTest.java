package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.EventLog;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.LogCapture;
import dev.slipstream.watch.CacheEvent;
import dev.slipstream.watch.EventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sink gets events; whatever it does, the cache goes on. */
class EventSinkTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();
  @RegisterExtension final LogCapture log = new LogCapture();

  private final List<CacheEvent<Object, Object>> seen = new CopyOnWriteArrayList<>();

  @Test
  void receivesEachEventInOrder() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.eventSink(seen::add));
    for (int i = 0; i < 100; i++) {
      cache.put("k", "v" + i);
    }
    assertThat(cache.get("other", key -> "v")).isEqualTo("v");

    Eventually.until("all events arrive", () -> seen.size() == 102);
    assertThat(seen)
        .extracting(CacheEvent::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 102).boxed().toList());
    assertThat(cache.stats().droppedEventCount()).isZero();
  }

  @Test
  void mayThrow() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.eventSink(
                    event -> {
                      seen.add(event);
                      throw new IllegalStateException("boom");
                    }));
    cache.put("k", "v");
    cache.put("l", "v");

    Eventually.until("both arrive", () -> seen.size() == 2);
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
    Eventually.until("both are logged", () -> log.warnings().size() == 2);
    assertThat(log.warnings().get(0).getFormattedMessage()).contains("test", "key k");
  }

  @Test
  void mayBlockAndThenTheOldestAreDroppedAndCounted() {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.eventSink(
                    event -> {
                      entered.countDown();
                      Eventually.opens(release);
                      seen.add(event);
                    },
                    4));
    cache.put("first", "v");
    Eventually.opens(entered);
    for (int i = 0; i < 10; i++) {
      cache.put("k" + i, "v");
    }
    assertThat(cache.getIfPresent("k9")).isEqualTo("v");
    Eventually.until("six are counted", () -> cache.stats().droppedEventCount() == 6);

    release.countDown();
    Eventually.until("the rest arrives", () -> seen.size() == 5);
    assertThat(seen).extracting(CacheEvent::key).containsExactly("first", "k6", "k7", "k8", "k9");
    assertThat(cache.stats().toString()).contains("droppedEvents=6");
  }

  @Test
  void receivesTheLastEventsAfterClose() {
    CountDownLatch release = new CountDownLatch(1);
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.eventSink(
                    event -> {
                      Eventually.opens(release);
                      seen.add(event);
                    }));
    cache.put("k", "v");
    cache.invalidate("k");
    cache.close();
    release.countDown();

    Eventually.until("both arrive", () -> seen.size() == 2);
    assertThat(seen)
        .extracting(CacheEvent::type)
        .containsExactly(EventType.PUT, EventType.INVALIDATED);
  }

  @Test
  void mayUseTheCache() {
    List<CoalescingCache<String, String>> self = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        caches.cache(
            builder ->
                builder.eventSink(
                    event -> {
                      seen.add(event);
                      if (event.key().equals("a")) {
                        self.get(0).put("b", "echo");
                      }
                    }));
    self.add(cache);
    cache.put("a", "v");

    Eventually.until("both arrive", () -> seen.size() == 2);
    assertThat(cache.getIfPresent("b")).isEqualTo("echo");
  }

  @Test
  void goesBesideAJournal() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.eventSink(seen::add).eventJournal(2));
    cache.put("k", "v");

    Eventually.until("it arrives", () -> seen.size() == 1);
    assertThat(EventLog.events(cache).get(0)).isSameAs(seen.get(0));
  }
}
