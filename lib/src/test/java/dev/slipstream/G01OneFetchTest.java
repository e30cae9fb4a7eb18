package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

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
 * G1, one fetch: who finds its key cached or in flight does not run its loader, not even if it
 * looked just before another caller's fetch published. Only a failure, or a value that left, lets
 * the next caller load again.
 */
class G01OneFetchTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();
  private final ControlledLoader<String> first = new ControlledLoader<>();
  private final ControlledLoader<String> second = new ControlledLoader<>();

  @ParameterizedTest
  @EnumSource(value = Door.class, mode = EnumSource.Mode.EXCLUDE, names = "REFRESH")
  void aCachedKeyStartsNoLoader(Door door) {
    cache.put("k", "cached");

    Entry<String> entry = door.enter(cache, "k", first);

    assertThat(entry.value()).isEqualTo("cached");
    assertThat(first.starts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void aKeyInFlightStartsNoLoader(Door door) {
    Entry<String> leader = Door.ASYNC.enter(cache, "k", first);
    Entry<String> joiner = door.enter(cache, "k", second);

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
    Eventually.until("all wait", () -> Door.awaiters(cache, "k") == threads);

    mayLoad.countDown();

    assertThat(callers).allSatisfy(caller -> assertThat(caller.value()).isEqualTo("v1"));
  }

  @Test
  void refreshIsNotStoppedByACachedValue() {
    cache.put("k", "old");

    Entry<String> entry = Door.REFRESH.enter(cache, "k", first);
    first.run().complete("new");

    assertThat(entry.value()).isEqualTo("new");
    assertThat(cache.getIfPresent("k")).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void afterAFailureTheNextCallerLoads(Door door) {
    Entry<String> failed = door.enter(cache, "k", first);
    first.run().fail(new IllegalStateException("down"));
    assertThat(failed.loaderFailure()).hasMessage("down");

    Entry<String> entry = door.enter(cache, "k", second);
    second.run().complete("v");

    assertThat(entry.value()).isEqualTo("v");
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void afterTheValueLeftTheNextCallerLoads(Door door) {
    cache.put("k", "old");
    cache.invalidate("k");

    Entry<String> entry = door.enter(cache, "k", first);
    first.run().complete("new");

    assertThat(entry.value()).isEqualTo("new");
  }

  @Test
  void aCallerThatStopsAnywhereOnItsWayInStillAddsNoSecondFetch() {
    int stops = 0;
    while (callerStopsAtHash(stops + 1)) {
      stops++;
      assertThat(stops).as("the caller's own hashes of its key").isLessThan(100);
    }
    assertThat(stops).as("places where the caller was stopped").isPositive();
  }

  /** Stops a caller at the n-th hash of its key, lets another one fetch meanwhile, goes on. */
  private boolean callerStopsAtHash(int n) {
    CoalescingCache<StoppingKey, String> cache =
        caches.track(CoalescingCache.builder().recordStats().build());
    AtomicInteger loads = new AtomicInteger();
    AsyncLoader<StoppingKey, String> loader =
        (key, context) -> CompletableFuture.completedFuture("v" + loads.incrementAndGet());
    StoppingKey stopping = new StoppingKey("k", n);
    Caller<FetchHandle<String>> slow =
        Caller.start(
            () -> {
              stopping.arm();
              return cache.getOrFetch(stopping, loader);
            });
    Eventually.until("it stops or ends", () -> stopping.hasStopped() || slow.isReturned());
    boolean stopped = stopping.hasStopped();

    FetchHandle<String> quick = cache.getOrFetch(new StoppingKey("k", 0), loader);
    stopping.goOn();

    assertThat(Eventually.value(slow.value())).isEqualTo("v1");
    assertThat(Eventually.value(quick)).isEqualTo("v1");
    assertThat(loads).as("loads when a caller stopped at hash " + n).hasValue(1);
    CacheStats stats = cache.stats();
    assertThat(stats.fetchCount()).isEqualTo(1);
    assertThat(stats.hitCount() + stats.joinCount()).isEqualTo(1);
    return stopped;
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

  /** A key that stops the thread which armed it at the n-th call of its hash code. */
  private static final class StoppingKey {
    private final String id;
    private final int stopAt;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile Thread armed = null;
    private int hashes; // by the armed thread only

    StoppingKey(String id, int stopAt) {
      this.id = id;
      this.stopAt = stopAt;
    }

    void arm() {
      armed = Thread.currentThread();
    }

    boolean hasStopped() {
      return stopped.getCount() == 0;
    }

    void goOn() {
      goOn.countDown();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof StoppingKey key && key.id.equals(id);
    }

    @Override
    public int hashCode() {
      if (Thread.currentThread() == armed && ++hashes == stopAt) {
        stopped.countDown();
        Eventually.opens(goOn);
      }
      return id.hashCode();
    }
  }
}
