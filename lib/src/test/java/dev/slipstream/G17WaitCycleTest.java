package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipstream.testing.Caller;
import dev.slipstream.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * G17, cycles across threads: blocking loaders that wait for each other's keys are found out, and
 * exactly one of the calls fails. Waiting without a cycle is no error.
 */
class G17WaitCycleTest {
  @RegisterExtension final LeakCheck caches = new LeakCheck();

  private final CoalescingCache<String, String> cache = caches.cache();

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void exactlyOneCallOfACycleFails(int size) {
    for (int round = 0; round < 50; round++) {
      CyclicBarrier allRun = new CyclicBarrier(size);
      List<FetchHandle<String>> handles =
          IntStream.range(0, size)
              .mapToObj(i -> cache.getOrFetch("k" + i, key -> next(allRun, i, size)))
              .toList();

      List<String> ends = handles.stream().map(G17WaitCycleTest::end).toList();

      assertThat(ends)
          .as("the load that caught the error")
          .filteredOn(end -> end.startsWith("caught"))
          .hasSize(1);
      assertThat(ends).allMatch(end -> end.endsWith("caught"));
      cache.invalidateAll();
    }
  }

  /**
   * Waits for the next key of the cycle; the load that gets the exception ends the cycle with a
   * value.
   */
  private String next(CyclicBarrier allRun, int i, int size) {
    Eventually.meets(allRun);
    try {
      return "<" + cache.get("k" + (i + 1) % size, k -> "never");
    } catch (RecursiveFetchException e) {
      assertThat(e.chain()).hasSize(size + 1);
      assertThat(e.chain().get(0)).isEqualTo(e.chain().get(size));
      return "caught";
    }
  }

  private static String end(FetchHandle<String> handle) {
    return Eventually.value(handle);
  }

  @Test
  void waitingOnAHandleCountsAsWell() {
    CyclicBarrier bothRun = new CyclicBarrier(2);
    FetchHandle<String> a =
        cache.getOrFetch(
            "a",
            key -> {
              Eventually.meets(bothRun);
              return joinOrCaught(cache.getOrFetch("b", k -> "never"));
            });
    FetchHandle<String> b =
        cache.getOrFetch(
            "b",
            key -> {
              Eventually.meets(bothRun);
              return getOrCaught(cache.getOrFetch("a", k -> "never"));
            });

    assertThat(Stream.of(a, b).map(G17WaitCycleTest::end))
        .containsExactlyInAnyOrder("caught", "<caught");
  }

  private static String joinOrCaught(FetchHandle<String> handle) {
    try {
      return "<" + handle.join();
    } catch (RecursiveFetchException e) {
      return "caught";
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(RecursiveFetchException.class);
      return "caught";
    }
  }

  private static String getOrCaught(FetchHandle<String> handle) throws InterruptedException {
    try {
      return "<" + handle.get();
    } catch (RecursiveFetchException e) {
      return "caught";
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(RecursiveFetchException.class);
      return "caught";
    }
  }

  @Test
  void noLockIsHeldWhileTheKeysOfACycleDescribeThemselves() {
    CoalescingCache<Object, String> keyed =
        caches.track(CoalescingCache.builder().name("keyed").recordStats().build());
    List<String> waited = new CopyOnWriteArrayList<>();
    Object key =
        new Object() {
          @Override
          public String toString() {
            waited.add("before");
            FetchHandle<String> other = // a load that waits for another
                cache.refresh("outer", k -> cache.refresh("inner", inner -> "v").join());
            waited.add(Eventually.value(other));
            return "key";
          }
        };
    FetchHandle<String> handle =
        keyed.getOrFetch(
            key,
            k ->
                joinOrCaught(
                    cache.getOrFetch("b", b -> keyed.getOrFetch(key, x -> "never").join())));

    assertThat(Eventually.value(handle)).isEqualTo("caught");
    assertThat(waited).startsWith("before", "v");
  }

  @Test
  void callersThatNobodyWaitsForAreNoPartOfACycle() {
    CountDownLatch bRuns = new CountDownLatch(1);
    CountDownLatch aEnds = new CountDownLatch(1);
    FetchHandle<String> a =
        cache.getOrFetch(
            "a",
            key -> {
              FetchHandle<String> b =
                  cache.getOrFetch(
                      "b",
                      k -> {
                        bRuns.countDown();
                        return "b" + cache.get("a", x -> "never");
                      });
              Eventually.opens(bRuns);
              b.onComplete("c", outcome -> aEnds.countDown());
              return "a";
            });

    assertThat(Eventually.value(a)).isEqualTo("a");
    Eventually.opens(aEnds);
    assertThat(cache.getIfPresent("b")).isEqualTo("ba");
  }

  @Test
  void aDiamondOfWaitsIsNoCycle() {
    CyclicBarrier bothRun = new CyclicBarrier(2);
    CountDownLatch bothWait = new CountDownLatch(1);
    FetchHandle<String> bottom =
        cache.getOrFetch(
            "bottom",
            key -> {
              Eventually.opens(bothWait);
              return "v";
            });
    FetchHandle<String> left = cache.getOrFetch("left", key -> side(bothRun));
    FetchHandle<String> right = cache.getOrFetch("right", key -> side(bothRun));
    Eventually.until("both wait", () -> EntryPoint.awaiters(cache, "bottom") == 3);
    Caller<String> top =
        Caller.start(
            () ->
                cache.get(
                    "top", key -> cache.get("left", k -> "-") + cache.get("right", k -> "-")));

    bothWait.countDown();

    assertThat(top.value()).isEqualTo("vv");
    assertThat(Eventually.value(bottom)).isEqualTo("v");
    assertThat(Eventually.value(left)).isEqualTo("v");
    assertThat(Eventually.value(right)).isEqualTo("v");
  }

  private String side(CyclicBarrier bothRun) {
    Eventually.meets(bothRun);
    return cache.get("bottom", k -> "never");
  }

  @Test
  void anEdgeIsGoneWhenTheWaitIsOver() {
    assertThat(cache.get("a", a -> cache.get("b", b -> "b"))).isEqualTo("b");
    cache.invalidateAll();
    assertThat(cache.get("b", b -> cache.get("a", a -> "a"))).isEqualTo("a");
  }
}
