package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The races of three parties, which jcstress cannot run on two cores. Beside each stands its
 * canary: the same parties on the same engine, with one mistake that Lincheck must find.
 */
@Tag("lincheck")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EngineLincheckTest {
  private static final String KEY = "key";
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 100);

  /** A mistake shows in few of the schedules; the search ends with the first. */
  private static final int FOR_CANARIES = 1_000;

  /** Initializes all classes: under Lincheck that alone can take longer than it waits. */
  @BeforeAll
  static void warmUp() {
    lastLeaves(new LastLeaves());
    lastLeaves(new NoJoin());
    invalidation(new Invalidation());
    invalidation(new Invalidation());
  }

  @Test
  @DisplayName(
      "G4: while both awaiters leave, a newcomer joins a fetch that lives or starts its own")
  void lastLeaves() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> lastLeaves(new LastLeaves()));
  }

  @Test
  @DisplayName("G4 canary: a caller that joins without looking whether it may is left behind")
  void lastLeavesCanary() {
    assertThatThrownBy(
            () -> Lincheck.runConcurrentTest(FOR_CANARIES, () -> lastLeaves(new NoJoin())))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("left behind");
  }

  @Test
  @DisplayName("G10: with a completion and a newcomer about, nobody sees an invalidated value")
  void invalidation() {
    Lincheck.runConcurrentTest(INVOCATIONS, () -> invalidation(new Invalidation()));
  }

  @Test
  @DisplayName("G10 canary: with a fence only after the removal the old value is stored between")
  void invalidationCanary() {
    assertThatThrownBy(
            () -> Lincheck.runConcurrentTest(FOR_CANARIES, () -> invalidation(new NoFence())))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("stale");
  }

  /** Two awaiters leave; a newcomer gets 1 from their fetch, or 2 from its own if that is dead. */
  private static void lastLeaves(LastLeaves parties) {
    Party.all(
        new Party(
            new Runnable() {
              @Override
              public void run() {
                parties.leave();
              }
            }),
        new Party(
            new Runnable() {
              @Override
              public void run() {
                parties.leaveToo();
              }
            }),
        new Party(
            new Runnable() {
              @Override
              public void run() {
                parties.come();
              }
            }));
    boolean abandoned = parties.first.future.isCancelled();
    parties.first.future.complete(1);
    parties.second.future.complete(2);
    int value = valueOf(parties.late);
    require(value != 0, "left behind");
    require(value == (abandoned ? 2 : 1), "abandoned and joined, or neither");
    require(parties.cache.inFlight().isEmpty(), "leaked");
  }

  private static class LastLeaves {
    final CoalescingCache<String, Integer> cache = cache();
    final Answer first = new Answer();
    final Answer second = new Answer();
    final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, first);
    final FetchHandle<Integer> peer = cache.getOrFetch(KEY, first);
    volatile @Nullable FetchHandle<Integer> late;

    void leave() {
      leaver.cancel(true);
    }

    void leaveToo() {
      peer.cancel(true);
    }

    void come() {
      late = cache.getOrFetch(KEY, second);
    }
  }

  /** Takes a handle on the flight that it finds, and does not join. */
  private static final class NoJoin extends LastLeaves {
    @Override
    void come() {
      Flight<String, Integer> flight = inside(cache).lost.flightOf(KEY);
      if (flight == null) {
        super.come();
      } else {
        late = new AwaiterHandle<>(flight, Origin.JOINED);
      }
    }
  }

  /**
   * The first flight publishes 1; a newcomer joins it, finds 1, adopts it or loads 2; the key is
   * invalidated, and a caller that asks then must not see 1.
   */
  private static void invalidation(Invalidation parties) {
    FetchHandle<Integer> first = parties.cache.getOrFetch(KEY, parties.first);
    Party.all(
        new Party(
            new Runnable() {
              @Override
              public void run() {
                parties.invalidateAndAsk();
              }
            }),
        new Party(
            new Runnable() {
              @Override
              public void run() {
                parties.complete();
              }
            }),
        new Party(
            new Runnable() {
              @Override
              public void run() {
                parties.come();
              }
            }));
    require(valueOf(first) == 1, "left behind");
    require(valueOf(parties.late) != 0, "left behind");
    require(valueOf(parties.after) == 2, "stale");
    require(parties.cache.inFlight().isEmpty(), "leaked");
  }

  private static class Invalidation {
    final CoalescingCache<String, Integer> cache = cache();
    final Answer first = new Answer();
    final Answer second = new Answer();
    volatile @Nullable FetchHandle<Integer> late;
    volatile @Nullable FetchHandle<Integer> after;

    Invalidation() {
      second.future.complete(2);
    }

    void complete() {
      first.future.complete(1);
    }

    void come() {
      late = cache.getOrFetch(KEY, second);
    }

    void invalidateAndAsk() {
      invalidate();
      after = cache.getOrFetch(KEY, second);
    }

    void invalidate() {
      cache.invalidate(KEY);
    }
  }

  /** Removes the entry, and fences no flight. */
  private static final class NoFence extends Invalidation {
    @Override
    void invalidate() {
      inside(cache).core.l1().map().remove(KEY);
    }
  }

  private static SlipstreamCache<String, Integer> inside(CoalescingCache<String, Integer> cache) {
    return (SlipstreamCache<String, Integer>) cache;
  }

  private static CoalescingCache<String, Integer> cache() {
    return CoalescingCache.builder()
        .name("lincheck")
        .executor(Runnable::run)
        .continuationExecutor(Runnable::run)
        .build();
  }

  /** Returns what the handle was given; 0 if it is pending. */
  private static int valueOf(@Nullable FetchHandle<Integer> handle) {
    Integer value = handle == null ? null : handle.getNow(0);
    return value == null ? 0 : value;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }

  /** A loader that returns one future for all. */
  private static final class Answer implements AsyncLoader<String, Integer> {
    final CompletableFuture<Integer> future = new CompletableFuture<>();

    @Override
    public CompletionStage<Integer> load(String key, FetchContext context) {
      return future;
    }
  }

  /** A thread as Lincheck needs it: one that holds what it runs. */
  private static final class Party extends Thread {
    private final Runnable body;

    Party(Runnable body) {
      this.body = body;
    }

    @Override
    public void run() {
      body.run();
    }

    /** Runs all at once. Lincheck sees a join only where it stands as one of a Thread. */
    static void all(Thread... parties) {
      for (Thread party : parties) {
        party.start();
      }
      try {
        for (Thread party : parties) {
          party.join();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
