package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G10, the races: a write that meets the flight's own store at the same instant wins, and no call
 * that starts after {@code invalidate} has returned sees the older value.
 */
class G10FencingRaceTest {
  private static final int ROUNDS = 1_000;

  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();

  @ParameterizedTest
  @EnumSource(Write.class)
  void aWriteThatMeetsTheStoreWins(Write write) {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        cache.invalidate("k");
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
        race.run(() -> write.to(cache), () -> promise.complete("fetched"));
        assertThat(Eventually.value(handle)).isEqualTo("fetched");
        assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Write.class)
  void aWriteThatMeetsTheStoreOfARefreshWins(Write write) {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        cache.put("k", "old");
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.refresh("k", (key, context) -> promise);
        race.run(() -> write.to(cache), () -> promise.complete("fetched"));
        assertThat(Eventually.value(handle)).isEqualTo("fetched");
        assertThat(cache.getIfPresent("k")).isEqualTo(write.value);
      }
    }
  }

  @Test
  void aPutIfAbsentThatMeetsTheStoreEitherWinsOrSeesIt() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        cache.invalidate("k");
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.getOrFetch("k", (key, context) -> promise);
        AtomicReference<String> previous = new AtomicReference<>();
        race.run(
            () -> previous.set(cache.asMap().putIfAbsent("k", "written")),
            () -> promise.complete("fetched"));
        assertThat(Eventually.value(handle)).isEqualTo("fetched");
        boolean wrote = previous.get() == null;
        assertThat(previous.get()).isIn(null, "fetched");
        assertThat(cache.getIfPresent("k")).isEqualTo(wrote ? "written" : "fetched");
      }
    }
  }

  @Test
  void aReplaceThatMeetsTheStoreOfARefreshEitherWinsOrSeesIt() {
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, ROUNDS); i++) {
        cache.put("k", "old");
        CompletableFuture<String> promise = new CompletableFuture<>();
        FetchHandle<String> handle = cache.refresh("k", (key, context) -> promise);
        AtomicBoolean replaced = new AtomicBoolean();
        race.run(
            () -> replaced.set(cache.asMap().replace("k", "old", "written")),
            () -> promise.complete("fetched"));
        assertThat(Eventually.value(handle)).isEqualTo("fetched");
        assertThat(cache.getIfPresent("k")).isEqualTo(replaced.get() ? "written" : "fetched");
      }
    }
  }

  @Test
  void aCallThatStartsAfterInvalidateReturnedNeverSeesTheOlderValue() {
    AtomicInteger source = new AtomicInteger();
    CoalescingCache<String, Integer> versions =
        caches.track(CoalescingCache.builder().recordStats().build());
    AsyncLoader<String, Integer> read =
        (key, context) -> CompletableFuture.completedFuture(source.get());
    staleReads(versions, source, read);
  }

  @Test
  void theSameHoldsForLoadersOnTheExecutor() {
    AtomicInteger source = new AtomicInteger();
    CoalescingCache<String, Integer> versions =
        caches.track(CoalescingCache.builder().recordStats().build());
    AsyncLoader<String, Integer> read =
        (key, context) -> CompletableFuture.supplyAsync(source::get, context);
    staleReads(versions, source, read);
  }

  /** Two threads read all the time, while this one changes the source, invalidates, and reads. */
  private static void staleReads(
      CoalescingCache<String, Integer> cache,
      AtomicInteger source,
      AsyncLoader<String, Integer> read) {
    AtomicBoolean stop = new AtomicBoolean();
    List<Caller<Integer>> readers =
        IntStream.range(0, 2)
            .mapToObj(i -> Caller.start(() -> readUntil(stop, cache, source, read)))
            .toList();
    List<String> stale = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      int written = source.incrementAndGet();
      cache.invalidate("k");
      FetchHandle<Integer> handle = cache.getOrFetch("k", read);
      int seen = Eventually.value(handle);
      if (seen < written) {
        stale.add("wrote %d, saw %d by %s".formatted(written, seen, handle.origin()));
      }
    }
    stop.set(true);
    assertThat(stale).isEmpty();
    assertThat(readers).allSatisfy(reader -> assertThat(reader.value()).isPositive());
  }

  private static int readUntil(
      AtomicBoolean stop,
      CoalescingCache<String, Integer> cache,
      AtomicInteger source,
      AsyncLoader<String, Integer> read) {
    int reads = 0;
    while (!stop.get() || reads == 0) {
      int seen = Eventually.value(cache.getOrFetch("k", read));
      assertThat(seen).isLessThanOrEqualTo(source.get());
      reads++;
    }
    return reads;
  }

  @Test
  void aPutThatReturnedIsWhatTheNextCallSeesWhateverIsLoading() {
    AtomicBoolean stop = new AtomicBoolean();
    AsyncLoader<String, String> loader =
        (key, context) -> CompletableFuture.completedFuture("loaded");
    Caller<Integer> noise =
        Caller.start(
            () -> {
              int refreshes = 0;
              while (!stop.get() || refreshes == 0) {
                Eventually.value(cache.getOrFetch("k", loader));
                refreshes++;
              }
              return refreshes;
            });
    List<String> lost = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      cache.invalidate("k");
      cache.put("k", "written");
      String seen = Eventually.value(cache.getOrFetch("k", loader));
      if (!"written".equals(seen)) {
        lost.add(seen);
      }
    }
    stop.set(true);
    assertThat(lost).isEmpty();
    assertThat(noise.value()).isPositive();
  }
}
