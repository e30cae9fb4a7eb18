package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a bulk loader returns beyond what it was asked for is stored if its key is absent and was
 * neither written, invalidated nor fetched since the loader began.
 */
class BulkExtrasTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> bulk = new ControlledLoader<>();

  @Test
  void anExtraIsStoredButNotReturned() {
    assertThat(bulkReturns(() -> {})).isEqualTo("extra");
  }

  @Test
  void anExtraIsStoredBeforeTheBulkIsDelivered() {
    CompletableFuture<String> seen = new CompletableFuture<>();
    CoalescingCache<String, String> sameThread =
        caches.cache(builder -> builder.continuationExecutor(Runnable::run));
    CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
    CompletableFuture<?> dependent =
        sameThread
            .getAllOrFetch(List.of("a", "b"), (keys, context) -> answer)
            .thenAccept(values -> seen.complete(sameThread.getIfPresent("k")));
    answer.complete(Map.of("a", "1", "b", "2", "k", "extra"));
    assertThat(dependent).isCompleted();
    assertThat(seen).isCompletedWithValue("extra");
  }

  @Test
  void anExtraOfALargeBulkIsStored() {
    Map<String, String> values =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "key " + i)
            .collect(Collectors.toMap(key -> key, key -> "v"));
    List<String> asked = List.copyOf(values.keySet());
    values.put("k", "extra");
    assertThat(
            Eventually.value(
                cache.getAllOrFetch(
                    asked, (keys, context) -> CompletableFuture.completedFuture(values))))
        .hasSize(20_000);
    assertThat(cache.getIfPresent("k")).isEqualTo("extra");
  }

  @Test
  void anExtraDoesNotReplaceAValueThatWasThere() {
    cache.put("k", "there");
    assertThat(bulkReturns(() -> {})).isEqualTo("there");
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void anExtraWhoseKeyWasWrittenMeanwhileIsDropped(Write write) {
    assertThat(bulkReturns(() -> write.to(cache))).isEqualTo(write.value);
  }

  @Test
  void anExtraWhoseKeyWasFetchedMeanwhileIsDropped() {
    String cached =
        bulkReturns(
            () -> {
              FetchHandle<String> fetched =
                  cache.getOrFetch(
                      "k", (key, context) -> CompletableFuture.completedFuture("fetched"));
              assertThat(fetched).isCompletedWithValue("fetched");
            });

    assertThat(cached).isEqualTo("fetched");
  }

  @Test
  void anExtraWhoseKeyWasFetchedAndRemovedMeanwhileIsDropped() {
    String cached =
        bulkReturns(
            () -> {
              FetchHandle<String> fetched =
                  cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture("x"));
              assertThat(fetched).isCompletedWithValue("x");
              cache.invalidate("k");
            });

    assertThat(cached).isNull();
  }

  @Test
  void anExtraWhoseKeyWasFetchedInVainMeanwhileIsDropped() {
    String cached =
        bulkReturns(
            () -> {
              FetchHandle<String> fetched =
                  cache.getOrFetch("k", (key, context) -> CompletableFuture.completedFuture(null));
              assertThat(fetched).isCompletedWithValue(null);
            });

    assertThat(cached).isNull();
  }

  @Test
  void anExtraWhoseKeyIsInFlightIsDropped() {
    ControlledLoader<String> single = new ControlledLoader<>();
    FetchHandle<String> flying = cache.getOrFetch("k", single.async());

    assertThat(bulkReturns(() -> {})).isNull();
    single.run().complete("fetched");

    assertThat(Eventually.value(flying)).isEqualTo("fetched");
    assertThat(cache.getIfPresent("k")).isEqualTo("fetched");
  }

  /** Lets a bulk call for "asked" also bring "k", and returns what is then cached for "k". */
  private String bulkReturns(Runnable meanwhile) {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("asked"), bulk.bulk());
    meanwhile.run();
    bulk.run().answers.complete(Map.of("asked", "a", "k", "extra"));
    assertThat(Eventually.value(future)).isEqualTo(Map.of("asked", "a"));
    return cache.getIfPresent("k");
  }

  @Test
  void theInsertCallbackRunsForAStoredExtra() {
    List<String> inserted = new CopyOnWriteArrayList<>();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          inserted.add(key + " over " + current);
          return fetched + "!";
        };
    CoalescingCache<String, String> inserting =
        caches.track(CoalescingCache.builder().onInsert(insert).build());
    inserting.put("there", "t");
    CompletableFuture<Map<String, String>> future =
        inserting.getAllOrFetch(List.of("asked"), bulk.bulk());

    bulk.run().answers.complete(Map.of("asked", "a", "extra", "e", "there", "other"));

    assertThat(Eventually.value(future)).isEqualTo(Map.of("asked", "a!"));
    assertThat(inserting.asMap()).isEqualTo(Map.of("asked", "a!", "extra", "e!", "there", "t"));
    assertThat(inserted).containsExactlyInAnyOrder("asked over null", "extra over null");
  }

  @Test
  void whatAnAbandonedCallBringsIsNotStored() {
    CompletableFuture<Map<String, String>> stubborn =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("asked"), (keys, context) -> stubborn);
    future.cancel(true);

    stubborn.complete(Map.of("asked", "a", "k", "extra"));

    assertThat(cache.getIfPresent("asked")).isNull();
  }

  @Test
  void extrasCountAsNothing() {
    assertThat(bulkReturns(() -> {})).isEqualTo("extra");

    CacheStats stats = cache.stats();
    assertThat(Stream.of(stats.hitCount(), stats.joinCount())).containsOnly(0L);
    assertThat(stats.fetchCount()).isEqualTo(1);
    assertThat(stats.successCount()).isEqualTo(1);
  }
}
