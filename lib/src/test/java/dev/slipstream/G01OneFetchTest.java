package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.ControlledLoader;
import dev.slipstream.testing.Eventually;
import dev.slipstream.testing.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * G1, one fetch: a caller that finds its key cached or in flight does not run its loader, not even
 * if it looked just before another caller's fetch published (see {@link G01StoppedCallerTest}).
 * Only a failure, or a value that left, lets the next caller load again.
 */
class G01OneFetchTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> first = new ControlledLoader<>();
  private final ControlledLoader<String> second = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(value = EntryPoint.class, mode = EnumSource.Mode.EXCLUDE, names = "REFRESH")
  void aCachedKeyStartsNoLoader(EntryPoint entryPoint) {
    cache.put("k", "cached");

    Entry<String> entry = entryPoint.enter(cache, "k", first);

    assertThat(entry.value()).isEqualTo("cached");
    assertThat(first.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void aKeyInFlightStartsNoLoader(EntryPoint entryPoint) {
    Entry<String> leader = EntryPoint.ASYNC.enter(cache, "k", first);
    Entry<String> joiner = entryPoint.enter(cache, "k", second);

    first.run().complete("v");

    assertThat(leader.value()).isEqualTo("v");
    assertThat(joiner.value()).isEqualTo("v");
    assertThat(second.starts()).isZero();
  }

  @Test
  void manyThreadsAtOnceShareOneRunOfTheLoader() {
    int threads = 16;
    CyclicBarrier start = new CyclicBarrier(threads);
    CountDownLatch mayLoad = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    List<Caller<String>> callers =
        IntStream.range(0, threads)
            .mapToObj(
                i ->
                    Caller.start(
                        () -> {
                          Eventually.meets(start);
                          return cache.get(
                              "k",
                              key -> {
                                Eventually.opens(mayLoad);
                                return "v" + loads.incrementAndGet();
                              });
                        }))
            .toList();
    Eventually.until("all wait", () -> EntryPoint.awaiters(cache, "k") == threads);

    mayLoad.countDown();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.value()).isEqualTo("v1"));
  }

  @Test
  void refreshIsNotStoppedByACachedValue() {
    cache.put("k", "old");

    Entry<String> entry = EntryPoint.REFRESH.enter(cache, "k", first);
    first.run().complete("new");

    assertThat(entry.value()).isEqualTo("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void afterAFailureTheNextCallerLoads(EntryPoint entryPoint) {
    Entry<String> failed = entryPoint.enter(cache, "k", first);
    first.run().fail(new IllegalStateException("down"));
    assertThat(failed.loaderFailure()).hasMessage("down");

    Entry<String> entry = entryPoint.enter(cache, "k", second);
    second.run().complete("v");

    assertThat(entry.value()).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(EntryPoint.class)
  void afterTheValueLeftTheNextCallerLoads(EntryPoint entryPoint) {
    cache.put("k", "old");
    cache.invalidate("k");

    Entry<String> entry = entryPoint.enter(cache, "k", first);
    first.run().complete("new");

    assertThat(entry.value()).isEqualTo("new");
  }

  @Test
  void callersRacingALoaderThatCompletesAtOnceLoadOnce() {
    List<FetchHandle<String>> held = new ArrayList<>();
    try (Race race = new Race()) {
      for (int i = 0; race.again(i, 2_000); i++) {
        String key = "k" + i;
        AtomicInteger loads = new AtomicInteger();
        AsyncLoader<String, String> loader =
            (k, context) -> CompletableFuture.completedFuture("v" + loads.incrementAndGet());
        List<FetchHandle<String>> there = new ArrayList<>();
        race.run(
            () -> held.add(cache.getOrFetch(key, loader)),
            () -> there.add(cache.getOrFetch(key, loader)));
        assertThat(loads).hasValue(1);
        assertThat(Eventually.value(there.get(0))).isEqualTo("v1");
      }
    }
    assertThat(held).allSatisfy(handle -> assertThat(handle).isCompletedWithValue("v1"));
  }
}
