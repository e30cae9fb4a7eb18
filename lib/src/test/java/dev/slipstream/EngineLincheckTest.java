package dev.slipstream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The races of three parties, which jcstress cannot run on two cores. Beside each stands its
 * canary: the same parties on the same engine, with one mistake that Lincheck must find.
 *
 * <p>What is in the JDK and in Caffeine is a single step each: else nearly all schedules differ in
 * what happens there, and hardly any stops a thread inside a flight.
 */
@Tag("lincheck")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EngineLincheckTest {
  private static final String KEY = "key";
  private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 500);

  /** A mistake shows in few of the schedules; the search ends with the first. */
  private static final int FOR_CANARIES = 10_000;

  /** Initializes all classes: under Lincheck that alone can take longer than it waits. */
  @BeforeAll
  static void warmUp() {
    LastLeaves leaves = new LastLeaves();
    leaves.leave();
    leaves.come();
    leaves.leaveToo();
    leaves.check();
    LeaveAndComplete completion = new LeaveAndComplete();
    completion.come();
    completion.leave();
    completion.complete();
    completion.check();
    Invalidation invalidation = new Invalidation();
    invalidation.complete();
    invalidation.come();
    invalidation.invalidate();
    invalidation.check();
  }

  @Test
  @DisplayName(
      "G4: while both awaiters leave, a newcomer joins a fetch that lives or starts its own")
  void lastLeaves() {
    check(LastLeaves.class, INVOCATIONS);
  }

  @Test
  @DisplayName("G4 canary: a caller that joins without looking whether it may is left behind")
  void lastLeavesCanary() {
    assertThatThrownBy(() -> check(BlindJoin.class, FOR_CANARIES))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("left behind");
  }

  @Test
  @DisplayName("G4: while the only awaiter leaves and the loader completes, a newcomer is served")
  void leaveAndComplete() {
    check(LeaveAndComplete.class, INVOCATIONS);
  }

  @Test
  @DisplayName("G4 canary: with a completion about, too, a blind newcomer is left behind")
  void leaveAndCompleteCanary() {
    assertThatThrownBy(() -> check(BlindNewcomer.class, FOR_CANARIES))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("left behind");
  }

  @Test
  @DisplayName("G10: with a completion and a newcomer about, nobody sees an invalidated value")
  void invalidation() {
    check(Invalidation.class, INVOCATIONS);
  }

  @Test
  @DisplayName("G10 canary: with a fence only after the removal the old value is stored between")
  void fenceOnlyAfterCanary() {
    assertThatThrownBy(() -> check(FenceOnlyAfter.class, FOR_CANARIES))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("stale");
  }

  private static void check(Class<?> parties, int invocations) {
    new ModelCheckingOptions()
        .iterations(1)
        .threads(3)
        .actorsPerThread(1)
        .actorsBefore(0)
        .actorsAfter(0)
        .invocationsPerIteration(invocations)
        .minimizeFailedScenario(false)
        .addGuarantee(
            forClasses(name -> name.startsWith("java.") || name.startsWith("com.github.benmanes."))
                .allMethods()
                .treatAsAtomic())
        .check(parties);
  }

  /** Two awaiters leave; a newcomer gets 1 from their fetch, or 2 from its own if that is dead. */
  public static class LastLeaves {
    final CoalescingCache<String, Integer> cache = cache();
    final Answer first = new Answer();
    final Answer second = new Answer();
    final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, first);
    final FetchHandle<Integer> peer = cache.getOrFetch(KEY, first);
    @Nullable FetchHandle<Integer> late;

    @Operation(runOnce = true)
    public void leave() {
      leaver.cancel(true);
    }

    @Operation(runOnce = true)
    public void leaveToo() {
      peer.cancel(true);
    }

    @Operation(runOnce = true)
    public void come() {
      late = handle();
    }

    FetchHandle<Integer> handle() {
      return cache.getOrFetch(KEY, second);
    }

    @Validate
    public void check() {
      boolean abandoned = first.future.isCancelled();
      first.future.complete(1);
      second.future.complete(2);
      int value = valueOf(late);
      require(value != 0, "left behind");
      require(value == (abandoned ? 2 : 1), "abandoned and joined, or neither");
      require(cache.inFlight().isEmpty(), "leaked");
    }
  }

  /** Joins the flight that it finds, and does not look whether it may. */
  public static class BlindJoin extends LastLeaves {
    @Override
    FetchHandle<Integer> handle() {
      AwaiterHandle<Integer> blind = joinBlindly(cache);
      return blind == null ? super.handle() : blind;
    }
  }

  /** The only awaiter leaves and the loader brings 1; a newcomer gets it, or 2 from its own. */
  public static class LeaveAndComplete {
    final CoalescingCache<String, Integer> cache = cache();
    final Answer first = new Answer();
    final Answer second = new Answer();
    final FetchHandle<Integer> leaver = cache.getOrFetch(KEY, first);
    @Nullable FetchHandle<Integer> late;

    public LeaveAndComplete() {
      second.future.complete(2);
    }

    @Operation(runOnce = true)
    public void leave() {
      leaver.cancel(true);
    }

    @Operation(runOnce = true)
    public void come() {
      late = handle();
    }

    FetchHandle<Integer> handle() {
      return cache.getOrFetch(KEY, second);
    }

    @Operation(runOnce = true)
    public void complete() {
      first.future.complete(1);
    }

    @Validate
    public void check() {
      int value = valueOf(late);
      require(value != 0, "left behind");
      Integer cached = cache.getIfPresent(KEY);
      require(cached != null && cached == value, "stored and abandoned, or neither");
      require(cache.inFlight().isEmpty(), "leaked");
    }
  }

  /** Joins the flight that it finds, and does not look whether it may. */
  public static class BlindNewcomer extends LeaveAndComplete {
    @Override
    FetchHandle<Integer> handle() {
      AwaiterHandle<Integer> blind = joinBlindly(cache);
      return blind == null ? super.handle() : blind;
    }
  }

  /**
   * The first flight publishes 1; a newcomer joins it, finds 1, adopts it or loads 2; the key is
   * invalidated, and a caller that asks then must not see 1.
   */
  public static class Invalidation {
    final CoalescingCache<String, Integer> cache = cache();
    final Answer first = new Answer();
    final Answer second = new Answer();
    final FetchHandle<Integer> early = cache.getOrFetch(KEY, first);
    @Nullable FetchHandle<Integer> late;
    @Nullable FetchHandle<Integer> after;

    public Invalidation() {
      second.future.complete(2);
    }

    @Operation(runOnce = true)
    public void complete() {
      first.future.complete(1);
    }

    @Operation(runOnce = true)
    public void come() {
      late = cache.getOrFetch(KEY, second);
    }

    @Operation(runOnce = true)
    public void invalidate() {
      write();
      after = cache.getOrFetch(KEY, second);
    }

    void write() {
      cache.invalidate(KEY);
    }

    @Validate
    public void check() {
      require(valueOf(early) == 1, "left behind");
      require(valueOf(late) != 0, "left behind");
      require(valueOf(after) == 2, "stale");
      require(cache.inFlight().isEmpty(), "leaked");
    }
  }

  /** Removes the entry, and fences the flight only then. */
  public static class FenceOnlyAfter extends Invalidation {
    @Override
    void write() {
      inside(cache).core.l1().map().remove(KEY);
      Flight<String, Integer> flight = inside(cache).lost.flightOf(KEY);
      if (flight != null) {
        flight.fence();
      }
    }
  }

  /** Returns a handle on the key's flight, whether or not it may be joined; null without one. */
  private static @Nullable AwaiterHandle<Integer> joinBlindly(
      CoalescingCache<String, Integer> cache) {
    Flight<String, Integer> flight = inside(cache).lost.flightOf(KEY);
    if (flight == null) {
      return null;
    }
    AwaiterHandle<Integer> handle = new AwaiterHandle<>(flight, Origin.JOINED);
    boolean ignored = flight.join(handle);
    return handle;
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
}
