package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.FakeTicker;
import dev.slipstream.testing.ManualExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Eviction: by number or weight; which listeners are notified of it, on which thread, and of what
 * else.
 */
class EvictionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ManualExecutor tasks = new ManualExecutor();
  private final FakeTicker ticker = new FakeTicker();
  private final List<String> removed = new CopyOnWriteArrayList<>();
  private final RemovalListener<String, String> listener =
      (key, value, cause) -> removed.add(key + "=" + value + " " + cause);

  @Test
  void thereAreNeverMoreEntriesThanTheMaximum() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.maximumSize(10));
    for (int i = 0; i < 100; i++) {
      assertThat(cache.get("k" + i, key -> "v")).isEqualTo("v");
    }
    cache.cleanUp();

    assertThat(cache.estimatedSize()).isEqualTo(10);
    assertThat(cache.asMap()).hasSize(10);
    assertThat(cache.stats().evictionCount()).isEqualTo(90);
  }

  @Test
  void maintenanceRunsInline() {
    CoalescingCache<String, String> cache =
        caches.cache(
            builder -> builder.maximumSize(10).executor(task -> {}).continuationExecutor(tasks));
    for (int i = 0; i < 10_000; i++) {
      cache.put("k" + i, "v");
    }

    assertThat(cache.estimatedSize()).as("without anybody running tasks").isLessThan(1_000);
  }

  @Test
  void thereIsNeverMoreWeightThanTheMaximum() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .maximumWeight(100)
                .weigher((String key, String value) -> value.length())
                .build());
    for (int i = 0; i < 50; i++) {
      cache.put("k" + i, "x".repeat(30));
    }
    cache.put("too heavy", "x".repeat(101));
    cache.cleanUp();

    assertThat(cache.asMap().values().stream().mapToInt(String::length).sum()).isEqualTo(90);
    assertThat(cache.asMap()).doesNotContainKey("too heavy");
  }

  @Test
  void aMaximumOfZeroKeepsNothing() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.maximumSize(0));

    assertThat(cache.get("k", key -> "1")).isEqualTo("1");
    cache.cleanUp();
    assertThat(cache.get("k", key -> "2")).isEqualTo("2");
    cache.cleanUp();

    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void theRemovalListenerIsNotifiedOnTheContinuationExecutorOfEveryRemovalAndItsCause() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfterWrite(Duration.ofSeconds(10))
                .continuationExecutor(tasks)
                .removalListener(listener)
                .build());
    cache.putAll(Map.of("replaced", "1", "explicit", "1"));
    cache.put("replaced", "2");
    cache.invalidate("explicit");
    ticker.advance(Duration.ofSeconds(11));
    cache.cleanUp();

    assertThat(removed).isEmpty();
    tasks.runAll();
    assertThat(removed)
        .containsExactlyInAnyOrder(
            "replaced=1 " + RemovalCause.REPLACED,
            "explicit=1 " + RemovalCause.EXPLICIT,
            "replaced=2 " + RemovalCause.EXPIRED);
  }

  @Test
  void aFetchThatReplacesAValueNotifiesTheRemovalListener() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .continuationExecutor(tasks)
                .removalListener(listener)
                .build());
    ControlledLoader<String> loader = new ControlledLoader<>();
    cache.put("k", "old");
    FetchHandle<String> refreshed = cache.refresh("k", loader.async());
    loader.run().complete("new");
    assertThat(Eventually.value(refreshed)).isEqualTo("new");

    tasks.runAll();

    assertThat(removed).containsExactly("k=old " + RemovalCause.REPLACED);
  }

  @Test
  void theRemovalListenerStillRunsIfTheExecutorRejects() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .continuationExecutor(
                    task -> {
                      throw new RejectedExecutionException("full");
                    })
                .removalListener(listener)
                .build());
    cache.put("k", "v");

    cache.invalidate("k");

    Eventually.passes(() -> assertThat(removed).containsExactly("k=v " + RemovalCause.EXPLICIT));
  }

  @Test
  void theEvictionListenerIsNotifiedAtOnceAndOnlyOfEvictions() {
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .maximumSize(2)
                .expireAfterWrite(Duration.ofSeconds(10))
                .continuationExecutor(tasks)
                .evictionListener(listener)
                .build());
    cache.put("replaced", "1");
    cache.put("replaced", "2");
    cache.invalidate("replaced");
    cache.cleanUp();
    assertThat(removed).isEmpty();

    cache.putAll(Map.of("a", "1", "b", "1", "c", "1"));
    cache.cleanUp();
    assertThat(removed).singleElement().asString().endsWith(RemovalCause.SIZE.toString());
    ticker.advance(Duration.ofSeconds(11));
    cache.cleanUp();
    assertThat(removed).hasSize(3);
    assertThat(removed.subList(1, 3))
        .allMatch(line -> line.endsWith(RemovalCause.EXPIRED.toString()));
    assertThat(tasks.size()).isZero();
  }

  @Test
  void listenersThatThrowBreakNobody() {
    RemovalListener<String, String> throwing =
        (key, value, cause) -> {
          throw new IllegalStateException("a listener's own");
        };
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .maximumSize(1)
                .continuationExecutor(Runnable::run)
                .removalListener(throwing)
                .evictionListener(throwing)
                .build());

    for (int i = 0; i < 10; i++) {
      assertThat(cache.get("k" + i, key -> "v")).isEqualTo("v");
      cache.cleanUp();
    }
    cache.invalidateAll();

    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void bothListenersMayBeSet() {
    List<String> evicted = new CopyOnWriteArrayList<>();
    RemovalListener<String, String> evictions = (key, value, cause) -> evicted.add(key);
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .maximumSize(0)
                .continuationExecutor(Runnable::run)
                .removalListener(listener)
                .evictionListener(evictions)
                .build());
    cache.put("k", "v");
    cache.cleanUp();

    assertThat(evicted).containsExactly("k");
    assertThat(removed).containsExactly("k=v " + RemovalCause.SIZE);
  }

  @Test
  void anEvictionDoesNotFenceTheKeysFlight() {
    CoalescingCache<String, String> cache = caches.cache(builder -> builder.maximumSize(1));
    ControlledLoader<String> loader = new ControlledLoader<>();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    for (int i = 0; i < 100; i++) {
      cache.put("other" + i, "v");
    }
    cache.cleanUp();
    assertThat(cache.inFlight()).singleElement().matches(flight -> !flight.fenced());

    loader.run().complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(cache.stats().fencedCount()).isZero();
  }

  @Test
  void theSchedulerPromptsTheRemovalOfWhatExpired() {
    List<Runnable> scheduled = new CopyOnWriteArrayList<>();
    Scheduler scheduler =
        (executor, command, delay, unit) -> {
          scheduled.add(() -> executor.execute(command));
          return new CompletableFuture<>();
        };
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .ticker(ticker)
                .expireAfterWrite(Duration.ofSeconds(10))
                .scheduler(scheduler)
                .continuationExecutor(Runnable::run)
                .removalListener(listener)
                .build());
    cache.put("k", "v");
    assertThat(scheduled).isNotEmpty();
    ticker.advance(Duration.ofSeconds(11));

    scheduled.forEach(Runnable::run);

    assertThat(removed).containsExactly("k=v " + RemovalCause.EXPIRED);
  }
}
