package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.slipstream.latch.Continuation;
import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G2, insert before sight: the insert callback runs once, the value is stored, the slot is free,
 * and only then is the outcome delivered to anybody. A caller that asks the cache again from a
 * completion handler finds the value, or can start afresh.
 */
class G02InsertBeforeSightTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final ControlledLoader<String> loader = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theInsertCallbackRunsOnceHoweverManyWait(EntryPoint entryPoint) {
    AtomicInteger inserts = new AtomicInteger();
    CoalescingCache<String, String> cache = cacheInserting(fetched -> inserts.incrementAndGet());
    Entry<String> one = entryPoint.enter(cache, "k", loader);
    Entry<String> two = entryPoint.enter(cache, "k", loader);

    loader.run().complete("v");

    assertThat(one.value()).isEqualTo("v");
    assertThat(two.value()).isEqualTo("v");
    assertThat(inserts).hasValue(1);
  }

  @Test
  void theInsertCallbackRunsBeforeTheValueIsSeenAndWhileTheSlotIsHeld() {
    List<String> seen = new CopyOnWriteArrayList<>();
    List<CoalescingCache<String, String>> self = new CopyOnWriteArrayList<>();
    CoalescingCache<String, String> cache =
        cacheInserting(
            fetched ->
                seen.add(
                    "cached=%s, flights=%d"
                        .formatted(self.get(0).getIfPresent("k"), self.get(0).inFlight().size())));
    self.add(cache);
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    loader.run().complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(seen).containsExactly("cached=null, flights=1");
  }

  @Test
  void nothingIsReportedWhileTheInsertCallbackStillRuns() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayReturn = new CountDownLatch(1);
    CoalescingCache<String, String> cache =
        cacheInserting(
            fetched -> {
              inside.countDown();
              Eventually.opens(mayReturn);
            });
    AtomicInteger received = new AtomicInteger();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    handle.onComplete("by handle", outcome -> received.incrementAndGet());
    cache.onComplete("k", "by key", outcome -> received.incrementAndGet());
    Caller<Boolean> completer = Caller.start(() -> loader.run().answer.complete("v"));
    Eventually.opens(inside);

    assertThat(handle).isNotDone();
    assertThat(received).hasValue(0);
    assertThat(cache.getIfPresent("k")).isNull();

    mayReturn.countDown();
    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(completer.value()).isTrue();
    Eventually.passes(() -> assertThat(received).hasValue(2));
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void everyKindOfHandlerFindsTheValueAndAFreeSlot(EntryPoint entryPoint) {
    CoalescingCache<String, String> cache = caches.cache();
    List<String> seen = new CopyOnWriteArrayList<>();
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    FetchHandle<String> joined = cache.joinIfInFlight("k");
    Continuation<String> look = outcome -> seen.add(look(cache));
    cache.onComplete("k", "by key", look);
    joined.onComplete("by handle", look);
    CompletableFuture<Boolean> dependent = joined.thenApply(value -> seen.add(look(cache)));

    loader.run().complete("v");

    assertThat(entry.value()).isEqualTo("v");
    assertThat(Eventually.value(dependent)).isTrue();
    Eventually.passes(() -> assertThat(seen).hasSize(3));
    assertThat(seen).containsOnly("cached=v, joinable=false, again=HIT");
  }

  private static String look(CoalescingCache<String, String> cache) {
    String cached = cache.getIfPresent("k");
    boolean joinable = cache.joinIfInFlight("k") != null;
    FetchHandle<String> again =
        cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("other"));
    return "cached=%s, joinable=%s, again=%s".formatted(cached, joinable, again.origin());
  }

  @Test
  void aHandlerOfAFailureCanStartAfresh() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> retried =
        handle.exceptionallyCompose(
            failure -> {
              FetchHandle<String> again =
                  cache.getOrFetch("k", (k, context) -> CompletableFuture.completedFuture("ok"));
              return again.thenApply(value -> again.origin() + " " + value);
            });

    loader.run().fail(new IllegalStateException("down"));

    assertThat(Eventually.value(retried)).isEqualTo("STARTED ok");
  }

  @Test
  void aHandlerOfAnAbsenceCanStartAfresh() {
    CoalescingCache<String, String> cache = caches.cache();
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    CompletableFuture<String> retried =
        handle.thenCompose(
            nothing -> {
              FetchHandle<String> again =
                  cache.getOrFetch("k", (k, context) -> CompletableFuture.completedFuture("ok"));
              return again.thenApply(value -> again.origin() + " " + value);
            });

    loader.run().complete(null);

    assertThat(Eventually.value(retried)).isEqualTo("STARTED ok");
  }

  @Test
  void expiryAndWeightAreSetBeforeAnyCallersCodeRuns() {
    List<String> order = new CopyOnWriteArrayList<>();
    Weigher<String, String> weigher =
        (key, value) -> {
          order.add("stored");
          return 1;
        };
    Expiry<String, String> expiry =
        Expiry.creating(
            (key, value) -> {
              order.add("stored");
              return Duration.ofMinutes(1);
            });
    CoalescingCache<String, String> cache =
        caches.track(
            CoalescingCache.builder()
                .maximumWeight(100)
                .weigher(weigher)
                .expireAfter(expiry)
                .build());
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.onComplete("k", "by key", outcome -> order.add("delivered"));
    handle.onComplete("by handle", outcome -> order.add("delivered"));
    CompletableFuture<Boolean> dependent = handle.thenApply(value -> order.add("delivered"));

    loader.run().complete("v");

    assertThat(Eventually.value(dependent)).isTrue();
    Eventually.passes(() -> assertThat(order.stream().filter("delivered"::equals)).hasSize(3));
    assertThat(order.subList(order.indexOf("delivered"), order.size())).containsOnly("delivered");
    assertThat(order.subList(0, order.indexOf("delivered"))).hasSize(2).containsOnly("stored");
  }

  private CoalescingCache<String, String> cacheInserting(Consumer<String> callback) {
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          callback.accept(fetched);
          return fetched;
        };
    return caches.track(CoalescingCache.builder().recordStats().onInsert(insert).build());
  }
}
