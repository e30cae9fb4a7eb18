package dev.slipstream;

import static dev.slipstream.Scene.KEY;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The scenarios, each with its canary: the same parties, of which one omits a step. Each run makes
 * a new state, runs its parties on threads of their own, and checks what they came to.
 */
enum Scenario {
  /** G4: a caller joins while the only awaiter leaves and the loader completes. */
  JOIN_LEAVE_COMPLETE(() -> new JoinLeaveComplete(false), () -> new JoinLeaveComplete(true)),

  /** G4: both awaiters leave while a caller comes and leaves too. */
  LAST_LEAVES(() -> new LastLeaves(false), () -> new LastLeaves(true)),

  /** G10: a key is invalidated while its flight stores and a newcomer asks for it. */
  FENCE_STORE_NEWCOMER(() -> new FenceStore(false), () -> new FenceStore(true)),

  /** G10: a key is invalidated while a newcomer adopts the old value. */
  ADOPTION(() -> new Adoption(false), () -> new Adoption(true)),

  /** G7: the first two continuations of a key are registered while its flight ends. */
  FIRST_REGISTRATIONS(() -> new Registrations(false), () -> new Registrations(true)),

  /** A segment of the slot table grows while slots come and go and one is looked for. */
  TABLE(() -> new Table(false), () -> new Table(true));

  /** Written where a thread may be stopped. */
  private static volatile int step;

  private final Supplier<Parties> right;
  private final Supplier<Parties> canary;

  Scenario(Supplier<Parties> right, Supplier<Parties> canary) {
    this.right = right;
    this.canary = canary;
  }

  void run() {
    right.get().race();
  }

  void runCanary() {
    canary.get().race();
  }

  /** A state, the parties that race on it, and what must hold when all have ended. */
  private abstract static class Parties {
    private final List<Runnable> parties = new ArrayList<>();

    final void party(Runnable party) {
      parties.add(party);
    }

    abstract void check();

    final void race() {
      List<Thread> threads = new ArrayList<>();
      for (Runnable party : parties) {
        threads.add(new Thread(party));
      }
      threads.forEach(Thread::start);
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      check();
    }

    static void require(boolean condition, String otherwise) {
      if (!condition) {
        throw new AssertionError(otherwise);
      }
    }
  }

  private abstract static class Flown extends Parties {
    final CoalescingCache<String, Integer> cache = Scene.cache();
    final CacheCore<String, Integer> core = Scene.inside(cache).core;
    final Job job = new Job();
    final Job again = new Job();
    volatile FetchHandle<Integer> late;

    Flown() {
      again.answer.complete(2);
    }

    final void come() {
      late = cache.getOrFetch(KEY, again);
    }

    final void requireClean() {
      require(core.registry.isEmpty(), "a slot is left in the registry");
    }
  }

  private static final class JoinLeaveComplete extends Flown {
    private final AwaiterHandle<Integer> leaver;

    JoinLeaveComplete(boolean broken) {
      leaver = Scene.start(broken ? new BlindJoin(core) : new Stepped(core), job);
      party(() -> leaver.cancel(true));
      party(this::come);
      party(() -> job.answer.complete(1));
    }

    @Override
    void check() {
      require(late.isDone() && !late.isCancelled(), "the newcomer is left behind");
      require(late.join() == 1 || late.origin() == Origin.STARTED, "another's value");
      requireClean();
    }
  }

  /** Joins without a look at the state after the push. */
  private static final class BlindJoin extends Flight<String, Integer> {
    BlindJoin(CacheCore<String, Integer> core) {
      super(core, KEY, null);
    }

    @Override
    boolean join(AwaiterHandle<Integer> handle) {
      boolean ended = hasEnded();
      var unused = super.join(handle);
      return !ended; // not: what it says
    }
  }

  /** Fray knows no VarHandle.getAndBitwiseOr: it is to see a step where a handle is marked. */
  private static final class Stepped extends Flight<String, Integer> {
    Stepped(CacheCore<String, Integer> core) {
      super(core, KEY, null);
    }

    @Override
    boolean markLeft(AwaiterHandle<Integer> handle) {
      step = 0;
      return super.markLeft(handle);
    }
  }

  /** Reads whether a leaver is the witness before it marks its handle. */
  private static final class WitnessFirst extends WitnessRace.Broken.WitnessFirst {
    WitnessFirst(CacheCore<String, Integer> core) {
      super(core);
    }

    @Override
    boolean markLeft(AwaiterHandle<Integer> handle) {
      step = 0;
      return super.markLeft(handle);
    }
  }

  private static final class LastLeaves extends Flown {
    LastLeaves(boolean broken) {
      Flight<String, Integer> flight = broken ? new WitnessFirst(core) : new Stepped(core);
      AwaiterHandle<Integer> first = Scene.start(flight, job);
      AwaiterHandle<Integer> second = Scene.join(flight);
      party(() -> first.cancel(true));
      party(() -> second.cancel(true));
      party(
          () -> {
            come();
            late.cancel(true);
          });
    }

    @Override
    void check() {
      require(job.fate().equals("abandoned"), "a fetch without callers runs on");
      requireClean();
    }
  }

  private static final class FenceStore extends Flown {
    private final AwaiterHandle<Integer> first;
    private volatile FetchHandle<Integer> after;

    FenceStore(boolean broken) {
      Flight<String, Integer> flight = new Flight<>(core, KEY, null);
      first = Scene.start(flight, job);
      party(() -> job.answer.complete(1));
      party(this::come);
      party(
          () -> {
            if (broken) {
              core.l1().map().remove(KEY); // not: after a first fence
              flight.fence();
            } else {
              cache.invalidate(KEY);
            }
            after = cache.getOrFetch(KEY, again);
          });
    }

    @Override
    void check() {
      require(first.isDone() && first.join() == 1, "the caller of the fetch is left behind");
      require(late.isDone(), "the newcomer is left behind");
      require(after.isDone() && after.join() == 2, "a stale value after the invalidation");
      requireClean();
    }
  }

  private static final class Adoption extends Flown {
    private volatile FetchHandle<Integer> after;

    Adoption(boolean broken) {
      cache.put(KEY, 1);
      party(() -> late = Scene.inside(cache).flights.fetch(KEY, again)); // it has missed L1 already
      party(
          () -> {
            if (broken) {
              Slot<String, Integer> slot = core.registry.find(KEY);
              if (slot != null) {
                Flight.in(slot).fence();
              }
              core.l1().map().remove(KEY); // not: before a second fence
            } else {
              cache.invalidate(KEY);
            }
            after = cache.getOrFetch(KEY, again);
          });
    }

    @Override
    void check() {
      require(late.isDone(), "the newcomer is left behind");
      require(after.isDone() && after.join() == 2, "the adopter was joined after the invalidation");
      requireClean();
    }
  }

  private static final class Registrations extends Flown {
    private final AtomicInteger runs = new AtomicInteger();
    private final AwaiterHandle<Integer> handle;

    Registrations(boolean broken) {
      Flight<String, Integer> flight = new Flight<>(core, KEY, null);
      handle = Scene.start(flight, job);
      party(() -> job.answer.complete(1));
      for (String name : List.of("one", "two")) {
        party(
            () -> {
              if (broken && !flight.hasEnded()) { // not: after the registration
                var unused =
                    flight
                        .slot
                        .continuations(core.config)
                        .of(handle)
                        .addOrRunNow(name, outcome -> runs.incrementAndGet());
              } else {
                var unused = handle.onComplete(name, outcome -> runs.incrementAndGet());
              }
            });
      }
    }

    @Override
    void check() {
      require(runs.get() == 2, "a continuation has not run once");
      requireClean();
    }
  }

  private static final class Table extends Parties {
    private final Slots slots = new Slots();
    private final Slot<Integer, Integer> old = slots.add(Slots.NEXT_BUCKET);
    private final int oldest = slots.fill();
    private volatile boolean found;

    Table(boolean broken) {
      party(
          () -> {
            if (broken) {
              TableGrowAndChangeRace.Broken.growInPlace(slots);
            } else {
              slots.grow();
            }
          });
      party(
          () -> {
            slots.add(2 * Slots.NEXT_BUCKET);
            slots.table.remove(old);
          });
      party(() -> found = slots.table.find(oldest) != null);
    }

    @Override
    void check() {
      require(found, "a slot was missed");
      require(slots.table.find(2 * Slots.NEXT_BUCKET) != null, "a slot was lost");
      require(slots.table.find(Slots.NEXT_BUCKET) == null, "a removed slot is back");
    }
  }
}
