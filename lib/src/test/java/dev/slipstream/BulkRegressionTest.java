package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.HookedKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once went wrong in bulk calls. */
class BulkRegressionTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final HookedKey y = HookedKey.plain("y");

  private CoalescingCache<HookedKey, String> hookedCache() {
    return caches.track(CoalescingCache.builder().recordStats().build());
  }

  /** A bulk loader that waits for the test. */
  private static final class Asked implements BulkLoader<HookedKey, String> {
    final CompletableFuture<Map<HookedKey, String>> answers = new CompletableFuture<>();
    volatile Set<HookedKey> keys = Set.of();

    @Override
    public CompletionStage<Map<HookedKey, String>> loadAll(
        Set<? extends HookedKey> keys, FetchContext context) {
      this.keys = Set.copyOf(keys);
      return answers;
    }

    void answer() {
      Map<HookedKey, String> values = new HashMap<>();
      keys.forEach(key -> values.put(HookedKey.plain(key.toString()), "loaded " + key));
      answers.complete(values);
    }
  }

  @Test
  void aBulkCallThatAdoptsAKeyKeepsItsLoader() {
    AtomicBoolean adopted = new AtomicBoolean();
    HookedKey.everywhere(
        n -> {
          CoalescingCache<HookedKey, String> cache = hookedCache();
          HookedKey x = new HookedKey("x", n, () -> cache.put(HookedKey.plain("x"), "put"));
          Asked loader = new Asked();
          x.arm();

          CompletableFuture<Map<HookedKey, String>> future =
              cache.getAllOrFetch(List.of(x, y), loader);
          x.disarm();

          adopted.compareAndSet(false, loader.keys.size() == 1);
          assertThat(loader.keys).contains(y);
          assertThat(loader.answers.isCancelled()).as("cancelled, at %d", n).isFalse();
          loader.answer();
          assertThat(Eventually.value(future))
              .containsEntry(y, "loaded y")
              .hasEntrySatisfying(x, value -> assertThat(value).isIn("put", "loaded x"));
          return x.hasRun();
        });
    assertThat(adopted).isTrue();
  }

  @Test
  void theLastLeaverOfABulkCallThatAdoptedTwoKeysCancelsItsLoader() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<HookedKey, String> cache = hookedCache();
          HookedKey v = new HookedKey("v", n, () -> cache.put(HookedKey.plain("v"), "put"));
          HookedKey x = new HookedKey("x", n, () -> cache.put(HookedKey.plain("x"), "put"));
          Asked loader = new Asked();
          v.arm();
          x.arm();
          CompletableFuture<Map<HookedKey, String>> future =
              cache.getAllOrFetch(List.of(v, x, y), loader);
          assertThat(loader.keys).contains(y);

          future.cancel(true);

          assertThat(loader.answers.isCancelled()).as("cancelled, at %d", n).isTrue();
          return x.hasRun();
        });
  }

  @Test
  void aContinuationOfOneBulkKeyFindsTheOtherKeysEnded() {
    CoalescingCache<String, String> cache =
        caches.cache(builder -> builder.continuationExecutor(Runnable::run));
    ControlledLoader<String> bulk = new ControlledLoader<>();
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    AtomicReference<List<InFlight<String>>> seen = new AtomicReference<>();
    assertThat(cache.onComplete("a", "look", outcome -> seen.set(cache.inFlight()))).isNotNull();

    bulk.run().answers.complete(Map.of("a", "A"));

    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "A"));
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void aBulkCallThatMeetsAThrowingExpiryLeavesNoAwaiters() {
    CoalescingCache<String, String> cache =
        caches.track(CoalescingCache.builder().recordStats().expireAfter(badExpiry()).build());
    ControlledLoader<String> single = new ControlledLoader<>();
    ControlledLoader<String> bulk = new ControlledLoader<>();
    cache.put("bad", "v");
    FetchHandle<String> other = cache.getOrFetch("a", single.async());

    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "bad", "c"), bulk.bulk());

    assertThat(Eventually.failure(future)).isInstanceOf(InsertFailedException.class);
    bulk.awaitStopped();
    Eventually.until("it has left", () -> EntryPoint.awaiters(cache, "a") == 1);
    other.cancel(true);
    assertThat(cache.inFlight()).isEmpty();
  }

  @Test
  void aLoadingBulkCallThatMeetsAThrowingExpiryLeavesNoAwaiters() {
    ControlledLoader<String> single = new ControlledLoader<>();
    LoadingCoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder().recordStats().expireAfter(badExpiry()).build(single.async()));
    cache.put("bad", "v");

    CompletableFuture<Map<String, String>> future = cache.getAllOrFetch(List.of("a", "bad", "c"));

    assertThat(Eventually.failure(future)).isInstanceOf(InsertFailedException.class);
    Eventually.until("it has left", () -> cache.inFlight().isEmpty());
    single.awaitStopped();
  }

  private static Expiry<String, String> badExpiry() {
    return new Expiry<>() {
      @Override
      public long expireAfterCreate(String key, String value, long now) {
        return Long.MAX_VALUE;
      }

      @Override
      public long expireAfterUpdate(String key, String value, long now, long duration) {
        return duration;
      }

      @Override
      public long expireAfterRead(String key, String value, long now, long duration) {
        throw new IllegalStateException("the expiry is broken");
      }
    };
  }

  @Test
  void aHitWhoseExpiryThrowsIsAFailedHandle() {
    CoalescingCache<String, String> cache =
        caches.track(CoalescingCache.builder().recordStats().expireAfter(badExpiry()).build());
    cache.put("bad", "v");

    FetchHandle<String> handle = cache.getOrFetch("bad", new ControlledLoader<String>().async());

    assertThat(Eventually.failure(handle))
        .isInstanceOf(InsertFailedException.class)
        .hasRootCauseMessage("the expiry is broken");
  }

  @Test
  void aBulkCallThatIsRefusedForACycleHasLeft() {
    CoalescingCache<String, String> cache = caches.cache();
    ControlledLoader<String> bulk = new ControlledLoader<>();
    CountDownLatch refused = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Loader<String, String> inner =
        key -> {
          Eventually.until("a waits for b", () -> !WaitGraph.isEmpty());
          try {
            cache.getAll(List.of("a", "c"), bulk.bulk());
          } catch (RecursiveFetchException e) {
            refused.countDown();
          }
          Eventually.opens(release);
          return "B";
        };
    FetchHandle<String> a = cache.getOrFetch("a", key -> cache.get("b", inner));

    Eventually.opens(refused);

    bulk.awaitStopped();
    assertThat(cache.joinIfInFlight("c")).isNull();
    assertThat(EntryPoint.awaiters(cache, "a")).isEqualTo(1);
    release.countDown();
    assertThat(Eventually.value(a)).isEqualTo("B");
  }

  @Test
  void aCallThatIsRefusedForACycleHasLeft() {
    CoalescingCache<String, String> cache = caches.cache();
    CountDownLatch refused = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Loader<String, String> inner =
        key -> {
          Eventually.until("a waits for b", () -> !WaitGraph.isEmpty());
          try {
            cache.get("a", unused -> "never");
          } catch (RecursiveFetchException e) {
            refused.countDown();
          }
          Eventually.opens(release);
          return "B";
        };
    FetchHandle<String> a = cache.getOrFetch("a", key -> cache.get("b", inner));

    Eventually.opens(refused);

    assertThat(EntryPoint.awaiters(cache, "a")).isEqualTo(1);
    release.countDown();
    assertThat(Eventually.value(a)).isEqualTo("B");
  }

  @Test
  void aBulkCallOfNoKeysIsRefusedAfterClose() {
    CoalescingCache<String, String> cache = caches.cache();
    cache.close();

    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of(), new ControlledLoader<String>().bulk());

    assertThat(Eventually.failure(future)).isInstanceOf(CacheClosedException.class);
  }

  @Test
  void aBulkLoaderIsNotAskedForFlightsThatCloseHasEnded() {
    HookedKey.everywhere(
        n -> {
          CoalescingCache<HookedKey, String> cache = hookedCache();
          HookedKey x = new HookedKey("x", n, cache::close);
          AtomicBoolean askedLate = new AtomicBoolean();
          CompletableFuture<Map<HookedKey, String>> answers = new CompletableFuture<>();
          x.arm();

          CompletableFuture<Map<HookedKey, String>> future =
              cache.getAllOrFetch(
                  List.of(x),
                  (keys, context) -> {
                    askedLate.set(x.hasRun());
                    return answers;
                  });

          assertThat(askedLate).as("asked after close, at %d", n).isFalse();
          future.cancel(true);
          return x.hasRun();
        });
  }
}
