package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * G10, fencing: a write cuts the key's flight off. Its own callers still get its result, but it is
 * not stored, and no later caller joins it. The races are in {@link G10FencingRaceTest}.
 */
class G10FencingTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> loader = new ControlledLoader<>();

  static Stream<Arguments> entryPointsAndWrites() {
    return Arrays.stream(EntryPoint.values())
        .flatMap(
            entryPoint ->
                Arrays.stream(Write.values()).map(write -> Arguments.of(entryPoint, write)));
  }

  @ParameterizedTest
  @MethodSource("entryPointsAndWrites")
  void aFencedFlightAnswersItsCallersAndStoresNothing(EntryPoint entryPoint, Write write) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);

    write.to(cache);
    assertThat(entry.isDone()).isFalse();
    assertThat(loader.run().isCancelled()).isFalse();
    loader.run().complete("late");

    assertThat(entry.value()).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
  }

  @ParameterizedTest
  @MethodSource("entryPointsAndWrites")
  void nobodyJoinsAFencedFlight(EntryPoint entryPoint, Write write) {
    Entry<String> fenced = EntryPoint.ASYNC.enter(cache, "k", loader);
    write.to(cache);
    assertThat(cache.joinIfInFlight("k")).isNull();

    ControlledLoader<String> own = new ControlledLoader<>();
    Entry<String> newcomer = entryPoint.enter(cache, "k", own);
    if (write.value == null || entryPoint == EntryPoint.REFRESH) {
      own.run().complete("fresh");
      assertThat(newcomer.value()).isEqualTo("fresh");
    } else {
      assertThat(newcomer.value()).isEqualTo(write.value);
      assertThat(own.starts()).isZero();
    }
    String cached = cache.getIfPresent("k");
    loader.run().complete("late");

    assertThat(fenced.value()).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(cached).isNotEqualTo("late");
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void aFencedRefreshDoesNotReplaceWhatWasWritten(Write write) {
    cache.put("k", "old");
    Entry<String> refresh = EntryPoint.REFRESH.enter(cache, "k", loader);

    write.to(cache);
    loader.run().complete("late");

    assertThat(refresh.value()).isEqualTo("late");
    assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void aFencedRefreshThatFindsNothingDoesNotRemoveWhatWasWritten(Write write) {
    cache.put("k", "old");
    Entry<String> refresh = EntryPoint.REFRESH.enter(cache, "k", loader);

    write.to(cache);
    loader.run().complete(null);

    assertThat(refresh.value()).isNull();
    assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void aFencedFlightIsShownFlagged(Write write) {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    assertThat(cache.inFlight()).singleElement().matches(flight -> !flight.fenced());

    write.to(cache);

    assertThat(cache.inFlight())
        .singleElement()
        .satisfies(
            flight -> {
              assertThat(flight.fenced()).isTrue();
              assertThat(flight.key()).isEqualTo("k");
              assertThat(flight.awaiters()).isEqualTo(1);
            });
    loader.run().complete("late");
    assertThat(Eventually.value(handle)).isEqualTo("late");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void theLastLeaveCancelsAFencedFlightToo(EntryPoint entryPoint) {
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    ControlledLoader.Run<String> run = loader.run();
    cache.invalidate("k");

    entry.leave();

    run.awaitCancelled();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aFencedFlightThatFailsNotifiesItsCallers(EntryPoint entryPoint) {
    IllegalStateException failure = new IllegalStateException("late");
    Entry<String> entry = entryPoint.enter(cache, "k", loader);
    cache.put("k", "written");

    loader.run().fail(failure);

    assertThat(entry.loaderFailure()).isSameAs(failure);
    assertThat(cache.getIfPresent("k")).isEqualTo("written");
  }

  @Test
  void aWriteToOneKeyFencesNoOther() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());

    cache.put("other", "written");
    cache.invalidate("other");
    loader.run().complete("v");

    assertThat(Eventually.value(handle)).isEqualTo("v");
    assertThat(cache.getIfPresent("k")).isEqualTo("v");
  }

  @Test
  void invalidateAllFencesEveryFlight() {
    ControlledLoader<String> other = new ControlledLoader<>();
    FetchHandle<String> one = cache.getOrFetch("one", loader.async());
    FetchHandle<String> two = cache.getOrFetch("two", other.async());

    cache.invalidateAll();
    loader.run().complete("late");
    other.run().complete("late");

    assertThat(Eventually.value(one)).isEqualTo("late");
    assertThat(Eventually.value(two)).isEqualTo("late");
    assertThat(cache.asMap()).isEmpty();
  }

  @Test
  void aFencedResultCountsBesideItsSuccess() {
    FetchHandle<String> handle = cache.getOrFetch("k", loader.async());
    cache.invalidate("k");
    loader.run().complete("late");
    assertThat(Eventually.value(handle)).isEqualTo("late");

    Eventually.passes(() -> assertThat(cache.stats().successCount()).isEqualTo(1));
    assertThat(cache.stats().fencedCount()).isEqualTo(1);
  }

  @Test
  void theInsertCallbackRunsForAFencedValueTooAndItsResultIsDelivered() {
    InsertCallback<String, String> insert = (key, fetched, current) -> fetched + "/" + current;
    CoalescingCache<String, String> inserting =
        caches.track(CoalescingCache.builder().onInsert(insert).build());
    CompletableFuture<String> promise = new CompletableFuture<>();
    FetchHandle<String> handle = inserting.getOrFetch("k", (key, context) -> promise);
    inserting.put("k", "written");

    promise.complete("late");

    assertThat(Eventually.value(handle)).isEqualTo("late/written");
    assertThat(inserting.getIfPresent("k")).isEqualTo("written");
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void anInsertCallbackThatWritesItsOwnKeyFencesItsOwnFlight(Write write) {
    List<CoalescingCache<String, String>> self = new ArrayList<>();
    InsertCallback<String, String> insert =
        (key, fetched, current) -> {
          write.to(self.get(0));
          return fetched;
        };
    self.add(caches.track(CoalescingCache.builder().onInsert(insert).build()));
    FetchHandle<String> handle = self.get(0).getOrFetch("k", loader.async());

    loader.run().complete("fetched");

    assertThat(Eventually.value(handle)).isEqualTo("fetched");
    assertThat(self.get(0).getIfPresent("k")).isEqualTo(write.value);
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void aLoaderThatWritesItsOwnKeyFencesItsOwnFlight(Write write) {
    FetchHandle<String> handle =
        cache.getOrFetch(
            "k",
            key -> {
              write.to(cache);
              return "fetched";
            });

    assertThat(Eventually.value(handle)).isEqualTo("fetched");
    assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
  }
}
