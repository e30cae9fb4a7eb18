package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Bulk calls: what is cached or in flight is taken from there, the loader is asked once for the
 * rest, and each of those keys is a flight of its own. How bulk calls end and what they leave
 * behind is in {@link BulkLeaveTest}, what else a loader returns in {@link BulkExtrasTest}.
 */
class BulkTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> bulk = new ControlledLoader<>();
  private final ControlledLoader<String> single = new ControlledLoader<>();

  @Test
  void theLoaderIsAskedOnceForWhatIsNeitherCachedNorInFlight() {
    cache.put("cached", "c");
    FetchHandle<String> flying = cache.getOrFetch("flying", single.async());

    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("new 1", "cached", "flying", "new 2"), bulk.bulk());
    assertThat(bulk.run().keys).containsExactlyInAnyOrder("new 1", "new 2");
    bulk.run().answers.complete(Map.of("new 1", "1", "new 2", "2"));
    assertThat(future).isNotDone();
    single.run().complete("f");

    assertThat(Eventually.value(future))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("new 1", "1", "cached", "c", "flying", "f", "new 2", "2"));
    assertThat(Eventually.value(flying)).isEqualTo("f");
    assertThat(bulk.starts()).isEqualTo(1);
    assertThat(cache.getIfPresent("new 1")).isEqualTo("1");
    assertThat(cache.getIfPresent("new 2")).isEqualTo("2");
  }

  @Test
  void theResultIsInTheOrderAskedWithoutDuplicatesAndUnmodifiable() {
    cache.put("b", "B");
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("d", "b", "a", "d", "b", "c"), bulk.bulk());
    bulk.run().answers.complete(Map.of("a", "A", "c", "C", "d", "D"));

    Map<String, String> result = Eventually.value(future);
    assertThat(result.keySet()).containsExactly("d", "b", "a", "c");
    assertThatThrownBy(() -> result.put("e", "E"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(bulk.run().keys).containsExactlyInAnyOrder("a", "c", "d");
  }

  @Test
  void aBlockingCallReturnsTheSame() {
    cache.put("b", "B");
    Map<String, String> result =
        cache.getAll(
            List.of("c", "b", "a"),
            (keys, context) -> {
              assertThat(Set.copyOf(keys)).isEqualTo(Set.of("a", "c"));
              return CompletableFuture.completedFuture(Map.of("a", "A", "c", "C"));
            });

    assertThat(result.keySet()).containsExactly("c", "b", "a");
    assertThat(result).containsEntry("a", "A").containsEntry("b", "B").containsEntry("c", "C");
    assertThatThrownBy(result::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void theKeysThatTheLoaderGetsAreUnmodifiable() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(
            List.of("a"),
            (keys, context) -> {
              assertThatThrownBy(keys::clear).isInstanceOf(UnsupportedOperationException.class);
              return CompletableFuture.completedFuture(Map.of("a", "A"));
            });

    assertThat(Eventually.value(future)).containsEntry("a", "A");
  }

  @Test
  void keysWithoutAValueAreMissingInTheResult() {
    Map<String, String> loaded = new HashMap<>();
    loaded.put("null", null);
    loaded.put("there", "t");
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("null", "missing", "there"), bulk.bulk());
    bulk.run().answers.complete(loaded);

    assertThat(Eventually.value(future)).containsExactly(Map.entry("there", "t"));
    assertThat(cache.asMap()).containsExactly(Map.entry("there", "t"));
  }

  @Test
  void whatIsAllCachedAsksNobodyAndIsThereAtOnce() {
    cache.put("a", "A");
    cache.put("b", "B");

    assertThat(cache.getAllOrFetch(List.of("b", "a"), bulk.bulk()))
        .isCompletedWithValue(Map.of("a", "A", "b", "B"));
    assertThat(bulk.starts()).isZero();
  }

  @Test
  void noKeysAskNobody() {
    assertThat(cache.getAllOrFetch(List.of(), bulk.bulk())).isCompletedWithValue(Map.of());
    assertThat(cache.getAll(List.of(), bulk.bulk())).isEmpty();
    assertThat(bulk.starts()).isZero();
  }

  @Test
  void whatIsAllInFlightAsksNobody() {
    FetchHandle<String> flying = cache.getOrFetch("k", single.async());
    CompletableFuture<Map<String, String>> future = cache.getAllOrFetch(List.of("k"), bulk.bulk());

    single.run().complete("v");

    assertThat(Eventually.value(future)).containsEntry("k", "v");
    assertThat(Eventually.value(flying)).isEqualTo("v");
    assertThat(bulk.starts()).isZero();
  }

  @Test
  void othersJoinEachOfTheKeys() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    FetchHandle<String> a = cache.getOrFetch("a", single.async());
    FetchHandle<String> b = cache.refresh("b", single.async());
    CompletableFuture<Map<String, String>> both =
        cache.getAllOrFetch(List.of("b", "a"), new ControlledLoader<String>().bulk());
    assertThat(a.origin()).isEqualTo(Origin.JOINED);
    assertThat(b.origin()).isEqualTo(Origin.JOINED);
    assertThat(cache.inFlight()).hasSize(2);

    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));

    assertThat(Eventually.value(a)).isEqualTo("A");
    assertThat(Eventually.value(b)).isEqualTo("B");
    assertThat(Eventually.value(both)).isEqualTo(Map.of("a", "A", "b", "B"));
    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "A", "b", "B"));
    assertThat(single.starts()).isZero();
  }

  @Test
  void aNullKeyIsFoundBeforeAnySlotIsWon() {
    assertThatThrownBy(() -> cache.getAllOrFetch(Arrays.asList("a", null), bulk.bulk()))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> cache.getAll(Arrays.asList("a", null), bulk.bulk()))
        .isInstanceOf(NullPointerException.class);

    assertThat(cache.inFlight()).isEmpty();
    assertThat(bulk.starts()).isZero();
    assertThat(cache.stats().fetchCount()).isZero();
  }

  @Test
  void theLoaderIsCalledOnTheCallersThread() {
    Thread[] thread = new Thread[1];
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(
            List.of("a"),
            (keys, context) -> {
              thread[0] = Thread.currentThread();
              return CompletableFuture.supplyAsync(() -> Map.of("a", "A"), context);
            });

    assertThat(Eventually.value(future)).containsEntry("a", "A");
    assertThat(thread[0]).isSameAs(Thread.currentThread());
  }

  @Test
  void theInsertCallbackRunsOnceForEachValue() {
    InsertCallback<String, String> insert = (key, fetched, current) -> key + "=" + fetched;
    CoalescingCache<String, String> inserting =
        caches.track(CoalescingCache.builder().onInsert(insert).build());
    CompletableFuture<Map<String, String>> future =
        inserting.getAllOrFetch(List.of("a", "b", "missing"), bulk.bulk());

    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));

    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "a=A", "b", "b=B"));
    assertThat(inserting.asMap()).isEqualTo(Map.of("a", "a=A", "b", "b=B"));
  }

  @Test
  void eachKeyIsFencedOnItsOwn() {
    CompletableFuture<Map<String, String>> future =
        cache.getAllOrFetch(List.of("a", "b"), bulk.bulk());
    cache.invalidate("a");

    bulk.run().answers.complete(Map.of("a", "A", "b", "B"));

    assertThat(Eventually.value(future)).isEqualTo(Map.of("a", "A", "b", "B"));
    assertThat(cache.asMap()).isEqualTo(Map.of("b", "B"));
  }
}
